package record_test

import (
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/trtbench/trtbench/record"
)

// A package with a kind of recording of its own writes its samples in columns, and reads them back.
func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "run.trtbench")

	w, err := record.Create(path)
	if err != nil {
		log.Fatal(err)
	}
	defer w.Discard()
	err = record.WriteColumn(w, "compute_ms", 3, func(block []float32, from int) {
		for i := range block {
			block[i] = float32(from+i) + 0.5
		}
	})
	if err != nil {
		log.Fatal(err)
	}
	type points struct{ Rate int }
	if err := w.Commit(record.Head{Kind: "example"}, points{Rate: 100}); err != nil {
		log.Fatal(err)
	}

	f, err := record.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	computations, err := record.ReadColumn[float32](f, "compute_ms")
	if err != nil {
		log.Fatal(err)
	}
	var p points
	if err := f.Run(&p); err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.Kind, p.Rate, computations)
	// Output: example 100 [0.5 1.5 2.5]
}

func ExampleWriteFile() {
	path := filepath.Join(os.TempDir(), "example.txt")
	defer os.Remove(path)
	err := record.WriteFile(path, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, "all or nothing")
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	fmt.Print(string(text))
	// Output: all or nothing
}
