// Package stream says how many people can speak to a server at once: sessions that send a chunk of audio as often as one is spoken,
// and the largest number of them whose answers come in time.
//
// # Sessions
//
// A session is one stream of a speaker: what users count as streams, and what a server keeps a state for.
//
// A speaker says utterances, which consist of chunks. A chunk is complete at an instant of a fixed schedule, beginning of speech plus
// a whole number of chunk durations, whatever the server does; the network may delay it, and then it is due. A session has one chunk
// in flight, because the state of the next one is what this one leaves: a chunk that is due before that waits, and is sent as soon
// as the answer is there. Chunk latency counts from the instant the chunk was complete, so that it holds all waiting:
//
//	complete ──network──► due ──wait──► ready ──lag──► begun ──queue──► started ──compute──► finished ──deliver──► answered
//	                                                     └───────────────────── service ──────────────────────────┘
//
// # Points
//
// Each number of sessions is measured from the beginning: connections, speakers who join one after the other, settling until two
// windows of three chunks agree in median latency (10 %) and in the chunks that wait, and then the measured time.
//
// A point holds when the latency's percentile is within the limit, with the confidence asked for, and no session fell behind. The
// percentile is compared by the interval of order statistics (see stat.QuantileInterval), its upper end for "within" and its lower end
// for "over". Chunks are not independent: the number of them is divided by the design effect of the late ones over blocks of a
// second. A point that is neither is measured for twice as long, and again; each look uses its share of the error allowed.
//
// # The search
//
// Scouts, which are short looks, double the number of sessions until one does not go well, or grow threefold while latencies are far below
// the limit; then they halve the distance. A server that was given too much shows what it can do: then the search goes there at once.
// Scouts prove nothing. From the place they found, numbers are measured in full, one step of the resolution apart, until one holds
// and one a step above does not. That one must break again, and the largest that holds must hold as often as asked for, each time with
// other phases. A number that comes out otherwise moves the bound, and the search goes on a step away.
package stream
