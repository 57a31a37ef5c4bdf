package fill

// modulus is 2³¹−1; the generator's values are 1 to modulus−1.
const modulus = 1<<31 - 1

// spread is the largest value minus the smallest one.
const spread = modulus - 2

// generator is the minimal standard generator x ← 16807·x mod (2³¹−1).
type generator struct{ x uint32 }

func newGenerator(seed uint32) *generator {
	return &generator{max(seed%modulus, 1)}
}

func (g *generator) next() uint32 {
	g.x = uint32(uint64(g.x) * 16807 % modulus)
	return g.x
}

// canonical returns a value in [0, 1). The division is by the number of the generator's values, which single
// precision rounds to 2³¹; a quotient of 1 becomes the largest value below it.
func (g *generator) canonical() float32 {
	const largest = 1 - 1.0/(1<<24)
	return min(float32(g.next()-1)/(1<<31), largest)
}

// below returns a whole number in [0, size), where quotient is spread / size. Values of the generator that would
// make small numbers likelier are passed over.
func (g *generator) below(size, quotient uint32) uint32 {
	for {
		if x := g.next() - 1; x < size*quotient {
			return x / quotient
		}
	}
}
