package npy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// header is what a file says about its array.
type header struct {
	descr        string
	columnsFirst bool // the first index runs fastest, as in Fortran
	shape        []int
}

// parseHeader reads the literal of a Python dictionary with exactly the three keys that NumPy writes.
func parseHeader(text string) (*header, error) {
	p := &parser{rest: text}
	h := &header{}
	seen := map[string]bool{}
	p.expect("{")
	for p.err == nil && !p.accept("}") {
		key := p.text()
		p.expect(":")
		if seen[key] {
			p.fail(fmt.Errorf("the key %q comes twice", key))
		}
		seen[key] = true
		switch key {
		case "descr":
			h.descr = p.text()
		case "fortran_order":
			h.columnsFirst = p.truth()
		case "shape":
			h.shape = p.tuple()
		default:
			p.fail(fmt.Errorf("unknown key %q", key))
		}
		if !p.accept(",") {
			p.expect("}")
			break
		}
	}
	if p.err == nil && strings.TrimSpace(p.rest) != "" {
		p.fail(errors.New("text after the closing brace"))
	}
	if p.err == nil && len(seen) != 3 {
		p.fail(errors.New("expected the keys descr, fortran_order and shape"))
	}
	return h, p.err
}

// parser reads a text from its begin and keeps the first error.
type parser struct {
	rest string
	err  error
}

func (p *parser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// accept takes a word if it is the next.
func (p *parser) accept(word string) bool {
	p.rest = strings.TrimLeft(p.rest, " \t\n\r")
	rest, ok := strings.CutPrefix(p.rest, word)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *parser) expect(word string) {
	if !p.accept(word) {
		p.fail(fmt.Errorf("expected %q, found %.20q", word, p.rest))
	}
}

// text reads a string in quotes. Those that NumPy writes have nothing to escape.
func (p *parser) text() string {
	for _, quote := range []string{"'", `"`} {
		if !p.accept(quote) {
			continue
		}
		text, rest, closed := strings.Cut(p.rest, quote)
		if !closed {
			p.fail(errors.New("a quote is not closed"))
			return ""
		}
		p.rest = rest
		return text
	}
	if strings.HasPrefix(p.rest, "[") {
		p.fail(errors.New("the elements have several fields; save one of them"))
	}
	p.fail(fmt.Errorf("expected a text in quotes, found %.20q", p.rest))
	return ""
}

func (p *parser) truth() bool {
	if p.accept("True") {
		return true
	}
	p.expect("False")
	return false
}

// tuple reads whole numbers in parentheses. A long integer of Python 2 has an L behind.
func (p *parser) tuple() []int {
	numbers := []int{}
	p.expect("(")
	for p.err == nil && !p.accept(")") {
		digits := 0
		for digits < len(p.rest) && '0' <= p.rest[digits] && p.rest[digits] <= '9' {
			digits++
		}
		n, err := strconv.Atoi(p.rest[:digits])
		if err != nil {
			p.fail(fmt.Errorf("shape: expected a size, found %.20q", p.rest))
			break
		}
		p.rest = p.rest[digits:]
		p.accept("L")
		numbers = append(numbers, n)
		if len(numbers) > maxDimensions {
			p.fail(fmt.Errorf("shape: more than %d dimensions", maxDimensions))
		}
		if !p.accept(",") {
			p.expect(")")
			break
		}
	}
	return numbers
}
