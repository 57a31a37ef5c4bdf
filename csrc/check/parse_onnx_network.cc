#include <cstdio>
#include <cstdlib>
#include <utility>

#include "parse_onnx.h"

namespace {

constexpr size_t kSlots = 96;

// A virtual table. Functions that nobody filled in end the program with their slot.
template <int Interface>
struct Table {
  void* functions[kSlots];

  explicit Table(const char* name) : Table(name, std::make_index_sequence<kSlots>()) {}

  template <typename Function>
  void set(int slot, Function* function) {
    functions[slot] = reinterpret_cast<void*>(function);
  }

 private:
  static const char*& interface() {
    static const char* name = "";
    return name;
  }

  template <size_t Slot>
  static void unexpected(void*) {
    std::fprintf(stderr, "parse_onnx: the parser called slot %zu of %s, which the network of this test does not have\n", Slot, interface());
    std::exit(3);
  }

  template <size_t... Slots>
  Table(const char* name, std::index_sequence<Slots...>) : functions{reinterpret_cast<void*>(&unexpected<Slots>)...} {
    interface() = name;
  }
};

// As TensorRT lays it out.
struct Weights {
  int32_t type;
  const void* values;
  int64_t count;
};

Network* network = nullptr;
void* const* shell_table = nullptr;
void* const* tensor_table = nullptr;
void* const* layer_table = nullptr;

// The builder of the network, which the parser asks for plugins when it does not know an operator.
Shell builder;
void* const* builder_table = nullptr;
void* const* registry_table = nullptr;

void* builder_of(const void*) { return &builder; }
void* plugin_registry(void*) { return &registry_table; }
void* no_creator(void*) { return nullptr; }

template <typename Object>
Object* behind(const void* shell) {
  return static_cast<Object*>(static_cast<const Shell*>(shell)->implementation);
}

template <typename Object>
void wrap(Object* object, void* const* table) {
  object->table = table;
  object->shell = {shell_table, object, object};
}

Tensor* add_tensor(const char* name, int32_t type, const trtb_dims& shape) {
  network->tensors.push_back({nullptr, {}, name, std::vector<std::string>(8), shape, type, false});
  Tensor* tensor = &network->tensors.back();
  wrap(tensor, tensor_table);
  return tensor;
}

// Every layer of this network copies its first input.
void* add_layer(const void* input) {
  const Tensor* from = behind<Tensor>(input);
  Tensor* output = add_tensor("", from->type, from->shape);
  network->layers.push_back({nullptr, {}, "", output});
  wrap(&network->layers.back(), layer_table);
  return &network->layers.back().shell;
}

void* add_input(Network*, const char* name, int32_t type, const trtb_dims& shape) {
  Tensor* tensor = add_tensor(name, type, shape);
  tensor->input = true;
  network->inputs.push_back(tensor);
  return &tensor->shell;
}

void mark_output(Network*, void* shell) { network->outputs.push_back(behind<Tensor>(shell)); }
void* add_unary(Network*, void* input, int32_t) { return add_layer(input); }
void* add_binary(Network*, void* input, void*, int32_t) { return add_layer(input); }
void* add_copy(Network*, void* input) { return add_layer(input); }
void* add_constant(Network*, const trtb_dims& shape, Weights weights) {
  return add_layer(&add_tensor("", weights.type, shape)->shell);
}
int32_t count_layers(const Network*) { return static_cast<int32_t>(network->layers.size()); }
int32_t count_inputs(const Network*) { return static_cast<int32_t>(network->inputs.size()); }
void* input_at(const Network*, int32_t i) { return &network->inputs[static_cast<size_t>(i)]->shell; }
int32_t count_outputs(const Network*) { return static_cast<int32_t>(network->outputs.size()); }
void* output_at(const Network*, int32_t i) { return &network->outputs[static_cast<size_t>(i)]->shell; }
bool set_weights_name(Network*, Weights, const char*) { return true; }
void set_recorder(Network*, void*) {}
void* recorder(const Network*) { return nullptr; }

void set_tensor_name(Tensor* t, const char* name) { t->name = name; }
const char* tensor_name(const Tensor* t) { return t->name.c_str(); }
trtb_dims dimensions(const Tensor* t) { return t->shape; }
int32_t type(const Tensor* t) { return t->type; }
void set_type(Tensor* t, int32_t type) { t->type = type; }
bool is_input(const Tensor* t) { return t->input; }
bool no(const Tensor*) { return false; }
bool yes(const Tensor*) { return true; }
void set_dimension_name(Tensor* t, int32_t i, const char* name) { t->dimensions[static_cast<size_t>(i)] = name; }
const char* dimension_name(const Tensor* t, int32_t i) {
  const std::string& name = t->dimensions[static_cast<size_t>(i)];
  return name.empty() ? nullptr : name.c_str();
}

int32_t layer_type(const Layer*) { return 0; }
void set_layer_name(Layer* l, const char* name) { l->name = name; }
const char* layer_name(const Layer* l) { return l->name.c_str(); }
int32_t one(const Layer*) { return 1; }
void* layer_output(const Layer* l, int32_t) { return &l->output->shell; }
void set_metadata(Layer*, const char*) {}
void set_layer_type(Layer*, int32_t, int32_t) {}
void destroy(void*) {}

}  // namespace

Network* make_network(int major) {
  const bool ten = major == 10;
  static Table<0> shells("a public object");
  static Table<1> networks("VNetworkDefinition");
  static Table<2> tensors("VTensor");
  static Table<3> layers("VLayer");
  shells.set(0, destroy);
  shells.set(1, destroy);
  shells.set(2, builder_of);  // a network has one virtual function of its own
  shell_table = shells.functions;

  static Table<4> builders("VBuilder");
  static Table<5> registries("IPluginRegistry");
  builders.set(ten ? 19 : 16, plugin_registry);
  registries.set(ten ? 18 : 14, no_creator);
  registry_table = registries.functions;
  builder = {shell_table, &builder_table, nullptr};
  builder_table = builders.functions;

  networks.set(2, add_input);
  networks.set(3, mark_output);
  networks.set(4, add_unary);   // addActivation
  networks.set(9, add_binary);  // addElementWise
  networks.set(10, add_unary);  // addUnary
  networks.set(12, count_layers);
  networks.set(14, count_inputs);
  networks.set(15, input_at);
  networks.set(16, count_outputs);
  networks.set(17, output_at);
  networks.set(23, add_constant);
  networks.set(24, add_copy);  // addIdentity
  networks.set(ten ? 46 : 45, set_weights_name);
  networks.set(ten ? 47 : 46, set_recorder);
  networks.set(ten ? 48 : 47, recorder);

  tensors.set(2, set_tensor_name);
  tensors.set(3, tensor_name);
  tensors.set(5, dimensions);
  if (ten) {
    tensors.set(6, set_type);
  }
  tensors.set(ten ? 7 : 6, type);
  tensors.set(ten ? 9 : 7, is_input);
  tensors.set(ten ? 10 : 8, no);   // isNetworkOutput
  tensors.set(ten ? 21 : 15, no);  // isShapeTensor
  tensors.set(ten ? 22 : 16, yes);
  tensors.set(ten ? 23 : 17, set_dimension_name);
  tensors.set(ten ? 24 : 18, dimension_name);
  tensor_table = tensors.functions;

  layers.set(2, layer_type);
  layers.set(3, set_layer_name);
  layers.set(4, layer_name);
  layers.set(5, one);
  layers.set(7, one);
  layers.set(8, layer_output);
  layers.set(ten ? 18 : 11, set_metadata);
  if (ten) {
    layers.set(14, set_layer_type);
  }
  layer_table = layers.functions;

  static Network made;
  network = &made;
  wrap(network, networks.functions);
  return network;
}
