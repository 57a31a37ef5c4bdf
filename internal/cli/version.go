package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/trtbench/trtbench/record"
)

func versionCommand(process Process) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of trtbench",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			build := record.ThisBuild()
			line := "trtbench " + build.Version
			if build.Revision != "" {
				line += " " + build.Revision
				if build.Modified {
					line += " with local changes"
				}
			}
			_, err := fmt.Fprintf(process.Out, "%s, %s, %s/%s\n", line, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
