package trt

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// configure makes the settings of the build.
func (b *build) configure() error {
	if err := errors.Join(b.checkProfiles(), b.checkFormats()); err != nil {
		return err
	}
	for _, step := range []func() error{b.setFlags, b.setLimits, b.setSources, b.setPlugins, b.setFormats, b.addProfiles} {
		if err := step(); err != nil {
			return err
		}
	}
	return b.loadTimingCache()
}

func (b *build) setFlags() error {
	n, o := b.lib.nvinfer, b.options
	properties, err := b.device.Properties()
	if err != nil {
		return fmt.Errorf("trt: build %s: %w", b.path, err)
	}
	switches := map[string]bool{}
	for _, name := range o.flags(properties.ComputeCapability) {
		switches[name] = true
	}
	if o.NoTF32 {
		switches["TF32"] = false
	}
	for _, name := range slices.Sorted(maps.Keys(switches)) {
		flag := valueIn(b.lib.version, builderFlag, name)
		if err := b.set("set flag "+name, func() int { return n.SetFlag(b.config, flag, switches[name]) }); err != nil {
			return err
		}
	}
	for feature, on := range o.PreviewFeatures {
		number := valueIn(b.lib.version, previewFeature, previewNames[feature])
		err := b.set("set preview feature "+string(feature), func() int { return n.SetPreviewFeature(b.config, number, on) })
		if err != nil {
			return err
		}
	}
	return nil
}

// setLimits sets what is a number. What is not asked for is left to TensorRT.
func (b *build) setLimits() error {
	n, o := b.lib.nvinfer, b.options
	for _, s := range []struct {
		asked     bool
		operation string
		call      func() int
	}{
		{true, "set profiling verbosity", func() int { return n.SetProfilingVerbosity(b.config, int(o.ProfilingVerbosity)) }},
		{o.AvgTiming > 0, "set measurements of a tactic", func() int { return n.SetAvgTiming(b.config, o.AvgTiming) }},
		{o.OptimizationLevel != nil, "set optimization level", func() int {
			return n.SetOptimizationLevel(b.config, *o.OptimizationLevel)
		}},
		{o.MaxAuxStreams != nil, "set auxiliary streams", func() int { return n.SetMaxAuxStreams(b.config, *o.MaxAuxStreams) }},
		{o.MaxTactics != nil, "set number of tactics", func() int { return n.SetMaxTactics(b.config, *o.MaxTactics) }},
		{o.TilingLevel != TilingNone, "set tiling level", func() int { return n.SetTiling(b.config, int(o.TilingLevel)) }},
		{o.L2LimitBytes > 0, "set L2 limit of tiling", func() int { return n.SetL2Limit(b.config, o.L2LimitBytes) }},
		{o.HardwareCompatibility != SameDevice, "set hardware compatibility", func() int {
			return n.SetHardwareCompatibility(b.config, int(o.HardwareCompatibility))
		}},
		{o.RuntimePlatform != SameAsBuild, "set runtime platform", func() int {
			return n.SetRuntimePlatform(b.config, int(o.RuntimePlatform))
		}},
	} {
		if !s.asked {
			continue
		}
		if err := b.set(s.operation, s.call); err != nil {
			return err
		}
	}
	for _, pool := range slices.Sorted(maps.Keys(o.MemoryPools)) {
		err := b.set(fmt.Sprintf("set memory pool %s to %s", pool, formatBytes(o.MemoryPools[pool])), func() int {
			return n.SetMemoryPool(b.config, memoryPools[string(pool)], o.MemoryPools[pool])
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// setSources switches sources of tactics beside those that TensorRT uses by itself.
func (b *build) setSources() error {
	if len(b.options.TacticSources) == 0 {
		return nil
	}
	return b.set("set tactic sources", func() int {
		sources, status := b.lib.nvinfer.TacticSources(b.config)
		for source, on := range b.options.TacticSources {
			bit := uint32(1) << valueIn(b.lib.version, tacticSource, string(source))
			if on {
				sources |= bit
			} else {
				sources &^= bit
			}
		}
		if status != 0 {
			return status
		}
		return b.lib.nvinfer.SetTacticSources(b.config, sources)
	})
}

// setPlugins gives the engine the plugin libraries that it carries: those asked for and, in a version-compatible engine, those that
// the parser used.
func (b *build) setPlugins() error {
	plugins := slices.Clone(b.options.SerializePlugins)
	if b.options.VersionCompatible {
		err := b.try("list the plugin libraries of "+b.path, func() int {
			used, status := b.parser.Plugins()
			plugins = append(plugins, used...)
			return status
		})
		if err != nil {
			return err
		}
	}
	if len(plugins) == 0 {
		return nil
	}
	slices.Sort(plugins)
	plugins = slices.Compact(plugins)
	return b.set("set plugin libraries", func() int { return b.lib.nvinfer.SetPluginsToSerialize(b.config, plugins) })
}
