package cli

import "github.com/spf13/cobra"

func doctorCommand(process Process) *cobra.Command { return &cobra.Command{Use: "doctor"} }
