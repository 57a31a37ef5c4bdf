package inspect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Order is what layers are sorted by.
type Order string

// The orders of layers. Those that are alike stay in the engine's order.
const (
	ByPlace     Order = "place" // in the engine; the zero value acts like it
	ByName      Order = "name"
	ByType      Order = "type"
	ByPrecision Order = "precision"
	ByTactic    Order = "tactic"
)

// orders are the keys of all orders but ByPlace.
var orders = map[Order]func(*Layer) string{
	ByName:      func(l *Layer) string { return l.Name },
	ByType:      func(l *Layer) string { return l.Type },
	ByPrecision: func(l *Layer) string { return l.Precision },
	ByTactic:    func(l *Layer) string { return l.Tactic },
}

// DefaultLimit is how many layers a text lists when nothing else is said.
const DefaultLimit = 30

// LayerView says which layers a text lists, and in which order.
type LayerView struct {
	Limit  int    // how many; 0 for DefaultLimit, negative for all
	Filter string // only those with this text in name, type, precision, tactic or origins, in upper or lower case
	Sort   Order
}

// Validate returns an error for an order that is not known.
func (v LayerView) Validate() error {
	if _, known := orders[v.Sort]; !known && v.Sort != "" && v.Sort != ByPlace {
		return fmt.Errorf("inspect: sort layers by %q; expected %s, %s, %s, %s or %s", v.Sort, ByPlace, ByName, ByType, ByPrecision, ByTactic)
	}
	return nil
}

// given reports whether anything was asked for.
func (v LayerView) given() bool { return v != LayerView{} }

// of returns the layers to be shown, and a line about those that are not.
func (v LayerView) of(layers []Layer) (shown []Layer, more string) {
	for i := range layers {
		if v.fits(&layers[i]) {
			shown = append(shown, layers[i])
		}
	}
	if key := orders[v.Sort]; key != nil {
		slices.SortStableFunc(shown, func(a, b Layer) int { return cmp.Compare(key(&a), key(&b)) })
	}
	fitting := len(shown)
	if limit := cmp.Or(v.Limit, DefaultLimit); limit > 0 && fitting > limit {
		shown = shown[:limit]
		more = fmt.Sprintf("  … and %d more; --all-layers lists them all\n", fitting-limit)
	}
	if v.Filter != "" {
		more += fmt.Sprintf("  %d of %d have %q in them\n", fitting, len(layers), v.Filter)
	}
	return shown, more
}

func (v LayerView) fits(l *Layer) bool {
	if v.Filter == "" {
		return true
	}
	for _, text := range append([]string{l.Name, l.Type, l.Precision, l.Tactic}, l.Origins...) {
		if strings.Contains(strings.ToLower(text), strings.ToLower(v.Filter)) {
			return true
		}
	}
	return false
}
