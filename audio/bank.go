package audio

import "math"

// The filter: see Oppenheim and Schafer, Discrete-Time Signal Processing, on the design of FIR filters with Kaiser's window, and J. O.
// Smith, Digital Audio Resampling, on its use between samples.
const (
	attenuation = 90.0 // of the stop band, dB
	crossings   = 64   // zero crossings of the sinc on each side
	density     = 512  // values of the table between two zero crossings
)

// bankSize bounds the coefficients that a bank keeps. Rates with less in common than that have them computed for each sample.
const bankSize = 1 << 20

// bank is a low-pass filter that tells the sound between samples. Sample n of the result lies at n·from/to samples of the sound, a whole
// number and a phase of which there are to/gcd(from, to); each phase has coefficients of its own:
//
//	y[n] = Σ x[k]·h(n·from/to − k)        h(t) = c·sinc(c·t)·kaiser(c·t/crossings)
//
// where c is the cutoff as a share of half the rate of the sound.
type bank struct {
	from, to int         // with no divisor in common
	cutoff   float64     // c
	half     int         // samples on each side that count
	table    []float64   // sinc·kaiser from its middle on, density values for a zero crossing
	phases   [][]float32 // coefficients, nil where not computed yet; all nil: they are too many to be kept
	scratch  []float32
}

func newBank(from, to int) *bank {
	for a, b := from, to; ; a, b = b, a%b {
		if b == 0 {
			from, to = from/a, to/a
			break
		}
	}
	// Kaiser: the transition takes (A − 7.95)/2.285 radians per sample and length, here per zero crossings; half of it lies beyond the
	// cutoff, where the stop band must begin with half the lower rate.
	transition := (attenuation - 7.95) / (2.285 * 2 * crossings * math.Pi)
	b := &bank{from: from, to: to, cutoff: min(1, float64(to)/float64(from)) / (1 + transition/2), table: sinc()}
	b.half = int(math.Ceil(crossings / b.cutoff))
	b.scratch = make([]float32, 2*b.half)
	if to*2*b.half <= bankSize {
		b.phases = make([][]float32, to)
	}
	return b
}

// sinc returns the filter for a cutoff of 1, from its middle on.
func sinc() []float64 {
	const beta = 0.1102 * (attenuation - 8.7)
	table := make([]float64, crossings*density+2) // one more value to interpolate with
	table[0] = 1
	for i := 1; i < crossings*density; i++ {
		x := float64(i) / density
		edge := x / crossings
		table[i] = math.Sin(math.Pi*x) / (math.Pi * x) * bessel(beta*math.Sqrt(1-edge*edge)) / bessel(beta)
	}
	return table
}

// bessel returns the modified Bessel function of the first kind and order 0, I₀(x) = Σ ((x/2)ᵏ/k!)².
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-17*sum; k++ {
		term *= x / 2 / k * (x / 2 / k)
		sum += term
	}
	return sum
}

// filter fills y with the sound of x at the other rate.
func (b *bank) filter(y, x []float32) {
	for n := range y {
		at, phase := n*b.from/b.to, n*b.from%b.to
		taps := b.taps(phase)
		first := at - b.half + 1 // sample that the first coefficient is for
		low, high := max(first, 0), min(first+len(taps), len(x))
		sum := 0.0
		for i, v := range x[low:max(high, low)] {
			sum += float64(v) * float64(taps[low-first+i])
		}
		y[n] = float32(sum)
	}
}

// taps returns the coefficients of a phase. They are good until the next call.
func (b *bank) taps(phase int) []float32 {
	if b.phases == nil {
		return b.compute(b.scratch, phase)
	}
	if b.phases[phase] == nil {
		b.phases[phase] = b.compute(make([]float32, 2*b.half), phase)
	}
	return b.phases[phase]
}

// compute fills in the coefficients of a phase. Their sum is 1, so that a constant stays what it is.
func (b *bank) compute(taps []float32, phase int) []float32 {
	sum := 0.0
	for i := range taps {
		sum += b.at(i, phase)
	}
	for i := range taps {
		taps[i] = float32(b.at(i, phase) / sum)
	}
	return taps
}

// at returns the filter where coefficient i of a phase lies, between the values of the table by a line.
func (b *bank) at(i, phase int) float64 {
	t := math.Abs(float64(b.half-1-i)+float64(phase)/float64(b.to)) * b.cutoff * density
	k := int(t)
	if k >= crossings*density {
		return 0
	}
	return b.table[k] + (t-float64(k))*(b.table[k+1]-b.table[k])
}
