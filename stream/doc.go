// Package stream says how many people can speak to a server at once: sessions that send a chunk of audio as often as one is spoken,
// and the largest number of them whose answers come in time.
package stream
