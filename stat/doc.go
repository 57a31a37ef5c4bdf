// Package stat holds the order statistics that a benchmark needs: quantile rules, each under its name, intervals for
// quantiles, and a sort for large columns of times. General statistics come from montanaflynn/stats, distributions
// from gonum.
package stat
