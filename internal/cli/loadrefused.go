package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/internal/suggest"
)

// Reasons why options of perf_analyzer are not taken.
const (
	reasonKind    = "it belongs to another kind of server; trtbench load speaks the open inference protocol, as Triton does"
	reasonTrace   = "it changes settings of the server; use the server's trace API"
	reasonDynamic = "perf_analyzer calls it deprecated; use --concurrency-range=1:END with --latency-threshold"
)

// refusedLoadOptions are options of perf_analyzer that are not taken, with the reason.
var refusedLoadOptions = map[string]string{
	"trace-file": reasonTrace, "trace-level": reasonTrace, "trace-rate": reasonTrace, "trace-count": reasonTrace,
	"log-frequency":           reasonTrace,
	"enable-mpi":              "several clients at once are started by hand, each with its own --out",
	"bls-composing-models":    "the server's statistics of every model are read anyway, for ensembles; others have names that only their code knows",
	"session-concurrency":     reasonKind,
	"model-signature-name":    reasonKind,
	"model-repository":        reasonKind,
	"triton-server-directory": reasonKind,
	"endpoint":                reasonKind,
	"grpc-method":             reasonKind,
	"proto":                   reasonKind,
	"tokenizer":               reasonKind,
	"max-concurrency":         reasonDynamic,
	"dynamic-concurrency":     reasonDynamic,
	"version":                 "trtbench version tells it",
}

// refusedLoadLetters are the same for options of one letter.
var refusedLoadLetters = map[string]string{"c": "max-concurrency", "d": "dynamic-concurrency"}

// loadFlagError says why an option is not taken, or which one was probably meant.
func loadFlagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usage(errors.New(strings.TrimSpace(err.Error())))
	}
	name, dashes := unknown.GetSpecifiedName(), "--"
	if len(name) == 1 {
		dashes = "-"
		if long, refused := refusedLoadLetters[name]; refused {
			return usage(fmt.Errorf("option -%s of perf_analyzer is not taken: %s", name, refusedLoadOptions[long]))
		}
	}
	if reason, refused := refusedLoadOptions[name]; refused {
		return usage(fmt.Errorf("option --%s of perf_analyzer is not taken: %s", name, reason))
	}
	var known, longer []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		known = append(known, f.Name)
		if strings.HasPrefix(f.Name, name) {
			longer = append(longer, f.Name)
		}
	})
	if len(longer) == 1 { // perf_analyzer takes names that are cut short
		return usage(fmt.Errorf("unknown option %s%s; did you mean %q? names are not cut short", dashes, name, longer[0]))
	}
	return usage(fmt.Errorf("unknown option %s%s%s", dashes, name, suggest.Hint(name, known)))
}
