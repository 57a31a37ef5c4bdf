package loadreport

import (
	"errors"
	"fmt"
	"io"
)

// WriteText writes the whole report of a recording.
func (r *Report) WriteText(w io.Writer, explain bool) error {
	rec := r.Recording
	errs := []error{WriteSource(w, &rec.Description, &rec.Environment), WriteSettings(w, &rec.Settings), WriteTableHead(w, &rec.Settings)}
	for i := range r.Points {
		errs = append(errs, WriteRow(w, &rec.Settings, &r.Points[i]))
	}
	return errors.Join(append(errs, r.WriteEnd(w, explain))...)
}

// WriteEnd writes what follows the table.
func (r *Report) WriteEnd(w io.Writer, explain bool) error {
	errs := []error{r.WriteDetails(w)}
	if explain {
		errs = append(errs, WriteExplanation(w, &r.Recording.Settings))
	}
	_, err := fmt.Fprintln(w)
	errs = append(errs, err, r.WriteVerdict(w))
	_, err = fmt.Fprintln(w)
	return errors.Join(append(errs, err, r.WriteSummary(w))...)
}
