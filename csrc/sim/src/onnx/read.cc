// Reading the messages of ONNX; numbers of fields as in onnx.proto.
#include <algorithm>

#include "onnx/model.h"

namespace trtbench::sim {
namespace {

constexpr int kMostDepth = 16;                              // of graphs inside graphs
constexpr double kMostElements = double{int64_t{1} << 40};  // of a tensor

// Reader keeps the first fault. Its methods return false after one.
class Reader {
 public:
  explicit Reader(std::string* error) : error_(error) {}

  bool model(Span span, OnnxModel* m) {
    Wire w(span);
    while (w.next()) {
      bool ok = true;
      if (w.isNumber(1)) m->irVersion = w.integer();
      if (w.isBytes(2)) ok = text(w, &m->producer);
      if (w.isBytes(3)) ok = text(w, &m->producerVersion);
      if (w.isBytes(7)) ok = graph(w.bytes(), &m->graph, 0);
      if (w.isBytes(8)) ok = opset(w.bytes(), m);
      if (w.isBytes(25)) ok = function(w.bytes(), &add(&m->functions));
      if (!ok) return false;
    }
    return !w.broken() || fail("the bytes are no protocol buffer, or are cut short");
  }

 private:
  bool fail(const std::string& why) {
    if (error_->empty()) *error_ = why;
    return false;
  }

  // whole is the end of every message inside the model.
  bool whole(const Wire& w, const char* message) {
    return (!w.broken() && !w.stopped()) || fail(std::string("a ") + message + " is no valid message");
  }

  template <class T>
  static T& add(std::vector<T>* list) {
    list->emplace_back();
    return list->back();
  }

  // text takes a string, which has to be UTF-8: it will be part of a plan.
  bool text(const Wire& w, std::string* out) {
    *out = w.bytes().text();
    return isUtf8(*out) || fail("a name is not UTF-8");
  }

  static bool isUtf8(const std::string& s) {
    for (size_t i = 0; i < s.size();) {
      const auto c = static_cast<unsigned char>(s[i++]);
      const int more = c < 0x80 ? 0 : c >> 5 == 6 ? 1 : c >> 4 == 14 ? 2 : c >> 3 == 30 ? 3 : -1;
      if (more < 0) return false;
      uint32_t code = more == 0 ? c : c & (0x3Fu >> more);
      for (int n = 0; n < more; n++, i++) {
        if (i == s.size() || (static_cast<unsigned char>(s[i]) & 0xC0) != 0x80) return false;
        code = code << 6 | (static_cast<unsigned char>(s[i]) & 0x3F);
      }
      static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
      if (code < least[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    }
    return true;
  }

  bool opset(Span span, OnnxModel* m) {
    Wire w(span);
    std::string domain;
    int64_t version = 0;
    while (w.next()) {
      if (w.isBytes(1) && !text(w, &domain)) return false;
      if (w.isNumber(2)) version = w.integer();
    }
    m->opsets[domain == "ai.onnx" ? "" : domain] = version;
    return whole(w, "opset");
  }

  bool function(Span span, OnnxFunction* f) {
    Wire w(span);
    while (w.next()) {
      bool ok = true;
      if (w.isBytes(1)) ok = text(w, &f->name);
      if (w.isBytes(7)) ok = node(w.bytes(), &add(&f->nodes), 0);
      if (w.isBytes(10)) ok = text(w, &f->domain);
      if (!ok) return false;
    }
    return whole(w, "function");
  }

  bool graph(Span span, OnnxGraph* g, int depth) {
    if (depth > kMostDepth) return fail("graphs are nested deeper than 16");
    Wire w(span);
    while (w.next()) {
      bool ok = true;
      if (w.isBytes(1)) ok = node(w.bytes(), &add(&g->nodes), depth);
      if (w.isBytes(2)) ok = text(w, &g->name);
      if (w.isBytes(5)) ok = tensor(w.bytes(), &add(&g->initializers));
      if (w.isBytes(11)) ok = value(w.bytes(), &add(&g->inputs));
      if (w.isBytes(12)) ok = value(w.bytes(), &add(&g->outputs));
      if (w.isBytes(13)) ok = value(w.bytes(), &add(&g->values));
      if (!ok) return false;
    }
    return whole(w, "graph");
  }

  bool node(Span span, OnnxNode* n, int depth) {
    Wire w(span);
    while (w.next()) {
      bool ok = true;
      if (w.isBytes(1)) ok = text(w, &add(&n->inputs));
      if (w.isBytes(2)) ok = text(w, &add(&n->outputs));
      if (w.isBytes(3)) ok = text(w, &n->name);
      if (w.isBytes(4)) ok = text(w, &n->op);
      if (w.isBytes(5)) ok = attribute(w.bytes(), n, depth);
      if (w.isBytes(7)) ok = text(w, &n->domain);
      if (!ok) return false;
    }
    if (n->domain == "ai.onnx") n->domain.clear();
    return whole(w, "node");
  }

  bool attribute(Span span, OnnxNode* n, int depth) {
    Wire w(span);
    std::string name;
    int64_t number = 0;
    while (w.next()) {
      bool ok = true;
      if (w.isBytes(1)) ok = text(w, &name);
      if (w.isNumber(3)) number = w.integer();
      if (w.isBytes(5) || w.isBytes(10)) ok = tensor(w.bytes(), &add(&n->constants));
      if (w.isBytes(6) || w.isBytes(11)) {
        n->subgraphs.push_back(std::make_shared<OnnxGraph>());
        ok = graph(w.bytes(), n->subgraphs.back().get(), depth + 1);
      }
      if (!ok) return false;
    }
    if (name == "to" && number > 0 && number < 256) n->castTo = static_cast<int>(number);
    return whole(w, "attribute");
  }

  bool tensor(Span span, OnnxTensor* t) {
    Wire w(span);
    while (w.next()) {
      bool ok = true;
      if (w.isNumber(1)) t->dims.push_back(w.integer());
      if (w.isBytes(1)) ok = packed(w.bytes(), &t->dims);
      if (w.isNumber(2)) t->type = static_cast<int>(std::min<uint64_t>(w.number(), 255));
      if (w.isBytes(8)) ok = text(w, &t->name);
      if (w.isBytes(9)) t->rawBytes = static_cast<int64_t>(w.bytes().size);
      if (w.isBytes(13)) ok = external(w.bytes(), t);
      if (w.isNumber(14)) t->external = w.number() == 1;
      if (!ok) return false;
    }
    double elements = 1;
    for (const int64_t d : t->dims) {
      if (d < 0 || d > INT32_MAX) return fail("tensor " + t->name + " has a dimension of " + std::to_string(d));
      elements *= static_cast<double>(d);
    }
    if (elements > kMostElements) return fail("tensor " + t->name + " has more than 2^40 elements");
    return whole(w, "tensor");
  }

  // packed reads numbers that stand together in one field.
  bool packed(Span span, Shape* numbers) {
    const char* const end = span.data + span.size;
    for (const char* p = span.data; p < end;) {
      uint64_t value = 0;
      int shift = 0;
      for (; p < end && shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(*p++);
        value |= static_cast<uint64_t>(byte & 127) << shift;
        if (byte < 128) break;
        if (p == end || shift >= 63) return fail("a list of dimensions is cut short");
      }
      numbers->push_back(static_cast<int64_t>(value));
    }
    return true;
  }

  bool external(Span span, OnnxTensor* t) {
    Wire w(span);
    std::string key, entry;
    while (w.next()) {
      if (w.isBytes(1) && !text(w, &key)) return false;
      if (w.isBytes(2) && !text(w, &entry)) return false;
    }
    if (key == "location") t->location = entry;
    if (key == "offset") t->offset = atoll(entry.c_str());
    if (key == "length") t->length = atoll(entry.c_str());
    return whole(w, "reference to external data");
  }

  bool value(Span span, OnnxValue* v) {
    Wire w(span);
    while (w.next()) {
      if (w.isBytes(1) && !text(w, &v->name)) return false;
      if (w.isBytes(2) && !type(w.bytes(), v)) return false;
    }
    return whole(w, "value");
  }

  bool type(Span span, OnnxValue* v) {
    Wire w(span);
    while (w.next()) {
      v->isTensor = w.isBytes(1) || (v->isTensor && w.field() == 6);
      if (w.isBytes(1) && !tensorType(w.bytes(), v)) return false;
    }
    return whole(w, "type");
  }

  bool tensorType(Span span, OnnxValue* v) {
    Wire w(span);
    while (w.next()) {
      if (w.isNumber(1)) v->type = static_cast<int>(std::min<uint64_t>(w.number(), 255));
      if (w.isBytes(2) && !shape(w.bytes(), v)) return false;
    }
    return whole(w, "type");
  }

  bool shape(Span span, OnnxValue* v) {
    v->shaped = true;
    Wire w(span);
    while (w.next()) {
      if (w.isBytes(1) && !dimension(w.bytes(), v)) return false;
    }
    return whole(w, "shape");
  }

  bool dimension(Span span, OnnxValue* v) {
    v->shape.push_back(-1);
    v->symbols.emplace_back();
    Wire w(span);
    while (w.next()) {
      if (w.isNumber(1)) v->shape.back() = w.integer();
      if (w.isBytes(2) && !text(w, &v->symbols.back())) return false;
    }
    const int64_t d = v->shape.back();
    if (d < -1 || d > INT32_MAX) return fail(v->name + " has a dimension of " + std::to_string(d));
    return whole(w, "dimension");
  }

  std::string* error_;
};

}  // namespace

bool readModel(Span bytes, OnnxModel* model, std::string* error) {
  error->clear();
  return Reader(error).model(bytes, model);
}

}  // namespace trtbench::sim
