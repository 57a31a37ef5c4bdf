// Package perfanalyzer writes what perf_analyzer writes, and reads it: the text on its standard output and standard error, the CSV of -f,
// and the profile export. What reads those of perf_analyzer reads these; and what perf_analyzer left of a run can be compared with a
// recording.
//
// Two times are not what perf_analyzer calls them. Its client library times the building and the wrapping of messages; "Client Send" and
// "(un)marshal" are here the time from the instant at which the sender turned to a request to the instant at which its last byte was
// handed to the operating system. "Client Recv" is 0: answers are timed when they arrive, before they are decoded, so that decoding is no
// part of any latency.
package perfanalyzer
