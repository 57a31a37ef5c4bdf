// What a simulated engine computes.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/pool.h"
#include "nvinfer/context.h"
#include "nvinfer/half.h"

namespace trtbench::sim {
namespace {

// FunctionAction computes the outputs from the inputs as they are when the run starts, and delivers them when it ends.
class FunctionAction : public Action {
 public:
  explicit FunctionAction(const Inference& inference)
      : engine_(inference.engine), inputs_(inference.inputs), outputs_(inference.outputs), results_(outputs_.size()) {}

  bool begin(const MemoryView& memory) override {
    std::vector<const char*> inputs;
    for (const Binding& b : inputs_) {
      inputs.push_back(memory.view(b.address, static_cast<size_t>(b.bytes), b.registered));
      if (inputs.back() == nullptr) return false;
    }
    for (size_t i = 0; i < outputs_.size(); i++) results_[i].take(static_cast<size_t>(outputs_[i].bytes));
    compute(inputs);
    return true;
  }

  bool end(const MemoryView& memory) override {
    for (size_t i = 0; i < outputs_.size(); i++) {
      char* to = memory.view(outputs_[i].address, results_[i].size(), outputs_[i].registered);
      if (to == nullptr) return false;
      memcpy(to, results_[i].data(), results_[i].size());
    }
    return true;
  }

 protected:
  virtual void compute(const std::vector<const char*>& inputs) = 0;

  const std::shared_ptr<EngineState> engine_;
  const std::vector<Binding> inputs_, outputs_;
  std::vector<Buffer> results_;
};

// Fill writes the count i mod 251 as element i of every output, in the output's type.
class Fill final : public FunctionAction {
 public:
  using FunctionAction::FunctionAction;
  void compute(const std::vector<const char*>&) override {
    for (size_t i = 0; i < outputs_.size(); i++)
      fill(engine_->plan.tensors[static_cast<size_t>(outputs_[i].tensor)].type, &results_[i]);
  }

 private:
  template <class T, class Convert>
  static void elements(Buffer* out, Convert convert) {
    for (size_t i = 0; (i + 1) * sizeof(T) <= out->size(); i++) {
      const T value = convert(static_cast<int>(i % 251));
      memcpy(out->data() + i * sizeof(T), &value, sizeof value);
    }
  }

  static void fill(int type, Buffer* out) {
    switch (type) {
      case kFloat: elements<float>(out, [](int n) { return static_cast<float>(n); }); break;
      case kHalf: elements<uint16_t>(out, [](int n) { return toHalf(static_cast<float>(n)); }); break;
      case kInt32: elements<int32_t>(out, [](int n) { return n; }); break;
      case kInt64: elements<int64_t>(out, [](int n) { return static_cast<int64_t>(n); }); break;
      case kBool: elements<uint8_t>(out, [](int n) { return static_cast<uint8_t>(n & 1); }); break;
      default: elements<uint8_t>(out, [](int n) { return static_cast<uint8_t>(n); }); break;
    }
  }
};

// Copy gives output i the bytes of input i, as many as fit, and zeros behind them.
class Copy final : public FunctionAction {
 public:
  using FunctionAction::FunctionAction;
  void compute(const std::vector<const char*>& inputs) override {
    for (size_t i = 0; i < outputs_.size(); i++) {
      const size_t bytes = std::min(results_[i].size(), static_cast<size_t>(inputs_[i].bytes));
      memcpy(results_[i].data(), inputs[i], bytes);
      memset(results_[i].data() + bytes, 0, results_[i].size() - bytes);
    }
  }
};

// StreamingAcoustic keeps the books of a streaming recogniser: it counts chunks and folds the audio into two checksums in the
// head of the state, shifts the audio history, and shows checksum and count in frames 8 and 9 of logprobs. There is no network:
// the recurrent vector is handed on, and the other frames follow from the checksums.
class StreamingAcoustic final : public FunctionAction {
 public:
  using FunctionAction::FunctionAction;
  void compute(const std::vector<const char*>& inputs) override {
    const auto in = [&](const char* name) { return inputs[indexOf(inputs_, name)]; };
    const auto out = [&](const char* name) { return results_[indexOf(outputs_, name)].data(); };
    const int64_t rows = std::min(
        {rowsOf(inputs_, "signal"), rowsOf(inputs_, "state"), rowsOf(outputs_, "logprobs"), rowsOf(outputs_, "state_next")});
    for (int64_t row = 0; row < rows; row++) {
      step(reinterpret_cast<const int32_t*>(in("signal")) + row * kSamples,
           reinterpret_cast<const uint16_t*>(in("state")) + row * kState,
           reinterpret_cast<float*>(out("logprobs")) + row * kFrames * kTokens,
           reinterpret_cast<uint16_t*>(out("state_next")) + row * kState);
    }
  }

 private:
  static constexpr int64_t kSamples = 2400, kState = 219729, kFrames = 10, kTokens = 35;
  static constexpr int64_t kHeader = 4, kHidden = 64, kHistory = kHeader + kHidden;
  static constexpr int64_t kDigit = 1000;

  size_t indexOf(const std::vector<Binding>& bindings, const char* name) const {
    size_t i = 0;
    while (engine_->plan.tensors[static_cast<size_t>(bindings[i].tensor)].name != name) i++;
    return i;
  }

  int64_t rowsOf(const std::vector<Binding>& bindings, const char* name) const {
    return bindings[indexOf(bindings, name)].shape[0];
  }

  // headerValue reads a counter of the state; anything out of its range counts as 0.
  static int64_t headerValue(uint16_t half, int64_t limit) {
    const float value = fromHalf(half);
    return value >= 0 && value < static_cast<float>(limit) ? static_cast<int64_t>(value) : 0;
  }

  static void step(const int32_t* signal, const uint16_t* state, float* logprobs, uint16_t* next) {
    int64_t sum = 0;
    uint16_t* audio = next + kState - kSamples;
    for (int64_t j = 0; j < kSamples; j++) {
      const int64_t sample = std::min(std::max(signal[j], -32768), 32767);
      sum += (1 + j % 7) * (sample + 32768);
      audio[j] = toHalf(static_cast<float>(sample) / 32768);
    }
    const int64_t count = (headerValue(state[0], kDigit) + kDigit * headerValue(state[1], kDigit) + 1) % (kDigit * kDigit);
    const int64_t first = (headerValue(state[2], 1009) * 31 + sum) % 1009;
    const int64_t second = (headerValue(state[3], 1013) * 37 + sum) % 1013;
    const int64_t header[] = {count % kDigit, count / kDigit, first, second};
    for (int64_t i = 0; i < kHeader; i++) next[i] = toHalf(static_cast<float>(header[i]));
    for (int64_t i = kHeader; i < kHistory; i++) next[i] = std::fabs(fromHalf(state[i])) <= 1 ? state[i] : 0;
    memcpy(next + kHistory, state + kHistory + kSamples, static_cast<size_t>(kState - kHistory - kSamples) * sizeof(uint16_t));
    for (int64_t frame = 0; frame < kFrames; frame++) {
      const int64_t winner = frame == 8 ? first % kTokens : frame == 9 ? count % kTokens : (first + second + frame) % kTokens;
      show(logprobs + frame * kTokens, winner);
    }
  }

  // show writes log-probabilities whose largest is that of the winner.
  static void show(float* frame, int64_t winner) {
    constexpr float kMargin = 8;
    const float rest = -std::log(std::exp(kMargin) + static_cast<float>(kTokens - 1));
    for (int64_t i = 0; i < kTokens; i++) frame[i] = i == winner ? rest + kMargin : rest;
  }
};

}  // namespace

std::shared_ptr<Action> functionAction(const Inference& inference) {
  switch (inference.engine->plan.function) {
    case Function::fill: return std::make_shared<Fill>(inference);
    case Function::copy: return std::make_shared<Copy>(inference);
    case Function::streamingAcoustic: return std::make_shared<StreamingAcoustic>(inference);
    case Function::none: break;
  }
  return nullptr;
}

}  // namespace trtbench::sim
