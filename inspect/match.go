package inspect

import (
	"slices"

	"github.com/dustin/go-humanize"
)

// thing is what is compared: a layer, a tensor, a property.
type thing struct {
	name  string
	keys  []string // by which it is found in the other file, the surest first; an empty one finds nothing
	facts []fact
}

// fact is a property of a thing.
type fact struct {
	what  string
	text  string
	bytes *int64 // behind the text of a size
}

func textFact(what, text string) fact { return fact{what: what, text: text} }

func bytesFact(what string, bytes int64) fact { return fact{what, bytesText(bytes), &bytes} }

func countFact[T int | int64](what string, n T) fact {
	return fact{what: what, text: humanize.Comma(int64(n))}
}

// single is a thing with one property, which has no name of its own.
func single(name string, f fact) thing {
	f.what = ""
	return thing{name, []string{name}, []fact{f}}
}

// section compares things. Nothing is compared where both files have none.
func (d *Diff) section(name string, a, b []thing) {
	if len(a) == 0 && len(b) == 0 {
		return
	}
	s := Section{Name: name}
	partner := match(a, b)
	taken := make([]bool, len(b))
	for i := range a {
		j := partner[i]
		if j < 0 {
			s.Items = append(s.Items, Item{State: Removed, Name: a[i].name, Changes: changes(a[i].facts, nil)})
			continue
		}
		taken[j] = true
		item := Item{State: Changed, Name: a[i].name, Changes: changes(a[i].facts, b[j].facts)}
		if len(item.Changes) == 0 { // a name alone is no difference: that of a fused layer changes with each build
			s.Alike++
			continue
		}
		if a[i].name != b[j].name {
			item.NameInB = b[j].name
		}
		s.Items = append(s.Items, item)
	}
	for j := range b {
		if !taken[j] {
			s.Items = append(s.Items, Item{State: Added, Name: b[j].name, Changes: changes(nil, b[j].facts)})
		}
	}
	d.Sections = append(d.Sections, s)
}

// match returns for each thing of a the place of its partner in b, or -1. The first key is tried for all things, then the second
// for those that are left, and so on. Of things with the same key, the first of a goes with the first of b.
func match(a, b []thing) []int {
	partner := slices.Repeat([]int{-1}, len(a))
	taken := make([]bool, len(b))
	for pass := range passes(a) {
		waiting := map[string][]int{}
		for j := range b {
			if key := b[j].key(pass); key != "" && !taken[j] {
				waiting[key] = append(waiting[key], j)
			}
		}
		for i := range a {
			key := a[i].key(pass)
			if partner[i] >= 0 || key == "" || len(waiting[key]) == 0 {
				continue
			}
			partner[i] = waiting[key][0]
			waiting[key] = waiting[key][1:]
			taken[partner[i]] = true
		}
	}
	return partner
}

func passes(things []thing) int {
	n := 0
	for i := range things {
		n = max(n, len(things[i].keys))
	}
	return n
}

func (t *thing) key(pass int) string {
	if pass < len(t.keys) {
		return t.keys[pass]
	}
	return ""
}

// changes compares the properties of two things; those that only one has are changes, too.
func changes(a, b []fact) []Change {
	list := []Change{}
	for _, f := range a {
		if g, _ := find(b, f.what); g.text != f.text {
			list = append(list, Change{f.what, f.text, g.text, percent(f.bytes, g.bytes)})
		}
	}
	for _, g := range b {
		if _, known := find(a, g.what); !known && g.text != "" {
			list = append(list, Change{What: g.what, B: g.text})
		}
	}
	return list
}

func find(facts []fact, what string) (f fact, known bool) {
	for _, f := range facts {
		if f.what == what {
			return f, true
		}
	}
	return fact{}, false
}

// percent is how much more b is than a.
func percent(a, b *int64) *float64 {
	if a == nil || b == nil || *a == 0 {
		return nil
	}
	p := 100 * (float64(*b) - float64(*a)) / float64(*a)
	return &p
}
