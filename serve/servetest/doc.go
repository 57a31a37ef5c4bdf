// Package servetest lets the states of sessions go wrong on purpose, so that a test can show that it would be noticed: of an executor of
// package trt or ort, or of one of the user's.
package servetest
