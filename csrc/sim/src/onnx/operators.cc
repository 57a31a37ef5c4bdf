#include "onnx/operators.h"

#include <map>
#include <set>
#include <vector>

#include "core/major.h"
#include "plan/types.h"

namespace trtbench::sim {
namespace {

struct Class {
  int32_t layer;
  const char* kind;
  std::vector<const char*> names;
};

// The names are those to which the parsers of TensorRT 10.15.1 and 11.2.1 answered yes when asked by supportsOperator.
const std::vector<Class>& classes() {
  static const std::vector<Class> all = {
      {0, "Convolution", {"Conv", "DeformConv", "TRT_Conv"}},
      {1, "Cast", {"Cast", "CastLike"}},
      {2,
       "Activation",
       {"Celu", "Clip", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish", "ParametricSoftplus", "Relu",
        "ScaledTanh", "Selu", "Shrink", "Sigmoid", "Softplus", "Softsign", "Tanh", "ThresholdedRelu"}},
      {3,
       "Pooling",
       {"AveragePool", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "LpPool", "MaxPool", "TRT_AveragePool",
        "TRT_MaxPool"}},
      {4, "LRN", {"LRN"}},
      {5, "Scale", {"BatchNormalization", "ImageScaler"}},
      {6, "SoftMax", {"Hardmax", "LogSoftmax", "Softmax"}},
      {7, "Deconvolution", {"ConvTranspose", "TRT_Deconv"}},
      {8, "Concatenation", {"Concat"}},
      {9,
       "PointWise",
       {"Add", "And", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Mean", "Min", "Mod", "Mul",
        "Or", "Pow", "Sub", "Sum", "TRT_FloorDiv", "Xor"}},
      {11, "PointWise", {"Abs",        "Acos",  "Acosh", "Asin",  "Asinh", "Atan",  "Atanh", "Ceil", "Cos",
                         "Cosh",       "Erf",   "Exp",   "Floor", "IsInf", "IsNaN", "Log",   "Neg",  "Not",
                         "Reciprocal", "Round", "Sign",  "Sin",   "Sinh",  "Sqrt",  "Tan"}},
      {13, "Shuffle", {"DepthToSpace", "Flatten", "Reshape", "SpaceToDepth", "Transpose"}},
      {14,
       "Reduce",
       {"LpNormalization", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin",
        "ReduceProd", "ReduceSum", "ReduceSumSquare"}},
      {15, "TopK", {"ArgMax", "ArgMin", "TopK"}},
      {16, "Gather", {"Gather", "GatherElements", "GatherND"}},
      {17, "MatrixMultiply", {"Gemm", "MatMul"}},
      {19, "Constant", {"Constant"}},
      {20, "Identity", {"Dropout", "Identity"}},
      {22, "Slice", {"Expand", "Pad", "Slice", "Split", "Tile"}},
      {23, "Shape", {"Shape", "Size"}},
      {24, "ParametricReLU", {"PRelu"}},
      {25, "Resize", {"Resize", "Upsample"}},
      {26, "Loop", {"GRU", "LSTM", "Loop", "RNN", "Scan"}},
      {29, "Select", {"Trilu", "Where"}},
      {31,
       "Fill",
       {"BlackmanWindow", "ConstantOfShape", "EyeLike", "HammingWindow", "HannWindow", "RandomNormal", "RandomNormalLike",
        "RandomUniform", "RandomUniformLike", "Range"}},
      {32, "Quantize", {"QuantizeLinear", "TRT_FP8QuantizeLinear", "TRT_INT4QuantizeLinear", "TRT_MXFP8QuantizeLinear"}},
      {33,
       "Dequantize",
       {"DequantizeLinear", "TRT_FP8DequantizeLinear", "TRT_INT4DequantizeLinear", "TRT_MXFP8DequantizeLinear"}},
      {35, "Condition", {"If"}},
      {37, "Scatter", {"Scatter", "ScatterElements", "ScatterND"}},
      {38, "Einsum", {"Einsum"}},
      {40, "OneHot", {"OneHot"}},
      {41, "NonZero", {"NonZero"}},
      {42, "GridSample", {"GridSample"}},
      {43, "NMS", {"NonMaxSuppression"}},
      {44, "ReverseSequence", {"ReverseSequence"}},
      {45,
       "Normalization",
       {"GroupNormalization", "InstanceNormalization", "LayerNormalization", "MeanVarianceNormalization", "RMSNormalization"}},
      {46, "Plugin", {"RoiAlign", "STFT"}},
      {47, "Squeeze", {"Squeeze"}},
      {48, "Unsqueeze", {"Unsqueeze"}},
      {49, "Cumulative", {"CumSum"}},
      {50, "DynamicQuantize", {"TRT_MXFP8DynamicQuantize"}},
      {52, "Attention", {"Attention"}},
      {53, "RotaryEmbedding", {"RotaryEmbedding"}},
      {54, "KVCacheUpdate", {"TensorScatter"}},
  };
  return all;
}

// Those that came with TensorRT 11.
const std::vector<Class>& newClasses() {
  static const std::vector<Class> all = {{2, "Activation", {"Swish"}}, {46, "Plugin", {"DFT"}}};
  return all;
}

// The operators whose nodes those parsers reported as UNSUPPORTED_NODE. DFT is one of them in 10.
const std::set<std::string>& refused() {
  static const std::set<std::string> all = {"AffineGrid",
                                            "Bernoulli",
                                            "BitShift",
                                            "BitwiseAnd",
                                            "BitwiseNot",
                                            "BitwiseOr",
                                            "BitwiseXor",
                                            "CenterCropPad",
                                            "Col2Im",
                                            "Compress",
                                            "ConcatFromSequence",
                                            "ConvInteger",
                                            "DFT",
                                            "Det",
                                            "DynamicQuantizeLinear",
                                            "ImageDecoder",
                                            "MatMulInteger",
                                            "MaxRoiPool",
                                            "MaxUnpool",
                                            "MelWeightMatrix",
                                            "Multinomial",
                                            "NegativeLogLikelihoodLoss",
                                            "Optional",
                                            "OptionalGetElement",
                                            "OptionalHasElement",
                                            "QLinearConv",
                                            "QLinearMatMul",
                                            "RegexFullMatch",
                                            "SequenceAt",
                                            "SequenceConstruct",
                                            "SequenceEmpty",
                                            "SequenceErase",
                                            "SequenceInsert",
                                            "SequenceLength",
                                            "SequenceMap",
                                            "SoftmaxCrossEntropyLoss",
                                            "SplitToSequence",
                                            "StringConcat",
                                            "StringNormalizer",
                                            "StringSplit",
                                            "TfIdfVectorizer",
                                            "Unique"};
  return all;
}

// shapeInputsOf tells which inputs of an operator are read to find shapes.
uint32_t shapeInputsOf(const std::string& name) {
  static const std::map<std::string, uint32_t> known = {
      {"Reshape", 2},   {"Expand", 2},          {"Tile", 2},    {"Pad", 2},       {"TopK", 2},      {"OneHot", 2},
      {"Unsqueeze", 2}, {"ConstantOfShape", 1}, {"Squeeze", 2}, {"Split", 2},     {"CumSum", 2},    {"Trilu", 2},
      {"Range", 7},     {"Slice", 30},          {"Resize", 8},  {"ReduceSum", 2}, {"ReduceMax", 2}, {"ReduceMean", 2}};
  const auto found = known.find(name);
  return found == known.end() ? 0 : found->second;
}

// resultTypeOf is the type of results that differs from the type of the first input.
int resultTypeOf(const std::string& name) {
  static const std::map<std::string, int> known = {{"Equal", kBool},          {"Greater", kBool},
                                                   {"GreaterOrEqual", kBool}, {"Less", kBool},
                                                   {"LessOrEqual", kBool},    {"Not", kBool},
                                                   {"IsInf", kBool},          {"IsNaN", kBool},
                                                   {"ArgMax", kInt64},        {"ArgMin", kInt64},
                                                   {"NonZero", kInt64},       {"Shape", kInt64},
                                                   {"Size", kInt64},          {"NonMaxSuppression", kInt64}};
  const auto found = known.find(name);
  return found == known.end() ? -1 : found->second;
}

std::map<std::string, Operator> table() {
  std::map<std::string, Operator> operators;
  const auto add = [&](const std::vector<Class>& all) {
    for (const Class& c : all) {
      for (const char* name : c.names) operators[name] = Operator{c.layer, c.kind, shapeInputsOf(name), resultTypeOf(name)};
    }
  };
  add(classes());
  if (kTrtMajor >= 11) add(newClasses());
  return operators;
}

}  // namespace

bool isRefused(const std::string& name) { return findOperator(name) == nullptr && refused().count(name) > 0; }

const Operator* findOperator(const std::string& name) {
  static const std::map<std::string, Operator> operators = table();
  const auto found = operators.find(name);
  return found == operators.end() ? nullptr : &found->second;
}

}  // namespace trtbench::sim
