package cli

// refusedOptions are options of trtexec that are not taken, and why. docs/trtexec.md lists them too.
var refusedOptions = reasons(map[string][]string{
	"calibration and weak typing have ended with TensorRT 11: quantize the model itself, for example with NVIDIA ModelOpt, and build with --stronglyTyped": {
		"calib", "calibProfile", "minShapesCalib", "optShapesCalib", "maxShapesCalib", "precisionConstraints", "layerPrecisions",
		"layerOutputTypes", "layerDeviceTypes", "restricted",
	},
	"DLA cores exist on Jetson and Drive only, where nothing here was ever tried": {
		"buildDLAStandalone", "allowGPUFallback", "uint8AsymmetricQuantizationDLA", "adjustForDLA", "reportCapabilityDLA",
	},
	"it debugs a network, which trtbench does not": {
		"markDebug", "markUnfusedTensorsAsDebugTensors", "monitorMemory", "dumpKernelText",
	},
	"it builds for, or on, another machine; build with trtexec and give the engine by --loadEngine": {
		"remoteAutoTuningConfig", "cpuOnly",
	},
	"it searches among build routes by running trtexec again for each; search with trtexec and give the engine by --loadEngine": {
		"setBuildRoute", "helpBuildRoute", "tuneBuildRoutes", "tuneBuildRouteFile", "tuningSearch", "tuningTimeOut", "tuningCacheFile",
		"tuningResultFile", "continue", "dryRun", "saveAllEngines",
	},
	"it changes what a model computes or how the parser reads it, and has no part in measuring; build with trtexec and give the engine by --loadEngine": {
		"distributiveIndependence", "decomposableAttentions", "pi", "pluginInstanceNorm", "enablePluginOverride", "ignoreParsedPluginLibs",
	},
	"an engine that needs the lean or dispatch runtime is refused by name; give that library by --library-path": {
		"useRuntime", "leanDLLPath",
	},
	"refitting changes the engine instead of measuring it": {"refitFromOnnx", "timeRefit", "dumpRefit"},
	"the safety runtime of automotive platforms is another library with another interface": {
		"safe", "safetyPlugins", "consistency",
	},
})

// reasons turns a list of options for each reason into the reason for each option.
func reasons(options map[string][]string) map[string]string {
	reason := map[string]string{}
	for why, names := range options {
		for _, name := range names {
			reason[name] = why
		}
	}
	return reason
}
