// Package streamcompare tells whether a server holds more or fewer streams than before: it compares two recordings of package stream, by
// the number of sessions that they found to hold and by the latencies at numbers of sessions that both measured.
//
// # Capacity
//
// A recording shows that the capacity, the largest number of sessions that holds, lies in a range: at least the largest number that
// held, and below the smallest number that was shown not to. Two ranges give the range of the difference, which is judged by the
// threshold as every other figure is. Where the ranges overlap, no difference is shown.
//
// # Latencies
//
// All chunks that a side measured with a number of sessions are put together, repeats included. The interval of a quantile is that of
// order statistics, for as many independent chunks as these are worth: their number divided by the design effect of the chunks above the
// quantile over blocks of a second, and, because that is estimated from few blocks, by the square of Student's t over the normal
// deviate. See Woodruff, "Confidence intervals for medians and other position measures", Journal of the American Statistical
// Association 47 (1952), and Kish, Survey Sampling, section 5.4.
//
// The interval of the difference joins the distances of both sides to the ends of their own intervals as independent errors are joined,
// of logarithms for a difference in per cent: see Zou and Donner, "Construction of confidence limits about effect measures", Statistics
// in Medicine 27 (2008).
//
// The intervals are about the time that was measured, with the phases that the speakers had: they know nothing of how runs differ from
// day to day. Numbers that a search measured more than once had other phases each time.
package streamcompare
