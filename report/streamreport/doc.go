// Package streamreport presents capacity runs of package stream: a table of several servers side by side, a JSON document, pictures, and
// a page that needs no network.
package streamreport
