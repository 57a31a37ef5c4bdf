// Package load sends requests to something that answers them, at a rate or a concurrency of one's choice, and says how long each
// request waited: from the instant at which it was due (response), from the instant at which it was sent (service), and how late
// the sender was (lag).
package load
