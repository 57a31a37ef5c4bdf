// Package serve answers the chunks of many sessions with one model in this process: it puts chunks that are waiting into batches and
// keeps each session's recurrent state where the model runs.
package serve
