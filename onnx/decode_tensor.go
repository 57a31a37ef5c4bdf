package onnx

import (
	"fmt"
	"strconv"
)

// typ reads the type of a value.
func (d *decoder) typ(f field, to *Type) error {
	const tensor, sequence, mapped, sparse, optional = 1, 4, 5, 8, 9
	return d.message(f, func(f field) error {
		switch f.number {
		case tensor:
			to.Kind = Tensor
			return d.tensorType(f, to)
		case sparse:
			to.Kind = SparseTensor
			return d.tensorType(f, to)
		case sequence:
			to.Kind = Sequence
			return d.elementType(f, to)
		case optional:
			to.Kind = Optional
			return d.elementType(f, to)
		case mapped:
			to.Kind = Map
			return d.mapType(f, to)
		}
		return nil
	})
}

func (d *decoder) tensorType(f field, to *Type) error {
	const element, shape, dim = 1, 2, 1
	return d.message(f, func(f field) error {
		switch f.number {
		case element:
			return f.putType(&to.Element)
		case shape:
			to.Ranked = true
			return d.message(f, func(f field) error {
				if f.number != dim {
					return nil
				}
				return d.dim(f, &to.Dims)
			})
		}
		return nil
	})
}

func (d *decoder) dim(f field, to *[]Dim) error {
	const size, name = 1, 2
	dim := Dim{Size: -1}
	err := d.message(f, func(f field) error {
		switch f.number {
		case size:
			err := f.put(&dim.Size)
			dim.Size = max(dim.Size, -1) // some programs write other negative numbers for a free one
			return err
		case name:
			return d.putText(f, &dim.Name)
		}
		return nil
	})
	*to = append(*to, dim)
	return err
}

// elementType reads what a sequence or optional holds.
func (d *decoder) elementType(f field, to *Type) error {
	const element = 1
	return d.message(f, func(f field) error {
		if f.number != element {
			return nil
		}
		to.Of = &Type{Kind: UnknownKind}
		return d.typ(f, to.Of)
	})
}

func (d *decoder) mapType(f field, to *Type) error {
	const key, value = 1, 2
	return d.message(f, func(f field) error {
		switch f.number {
		case key:
			return f.putType(&to.Element)
		case value:
			to.Of = &Type{Kind: UnknownKind}
			return d.typ(f, to.Of)
		}
		return nil
	})
}

// parameter reads what is said about a tensor, and none of its elements.
func (d *decoder) parameter(f field, to *[]Parameter) error {
	const dims, typ, name, external, location, isExternal = 1, 2, 8, 13, 14, 1
	var p Parameter
	var where []Property
	var place int64
	err := d.message(f, func(f field) (err error) {
		switch f.number {
		case dims:
			p.Dims, err = d.numbers(f, p.Dims)
		case typ:
			err = f.putType(&p.Type)
		case name:
			err = d.putText(f, &p.Name)
		case external:
			err = d.property(f, &where)
		case location:
			err = f.put(&place)
		}
		return err
	})
	if err == nil && place == isExternal {
		p.External, err = externalOf(f, p.Name, where)
	}
	*to = append(*to, p)
	return err
}

// sparse reads a sparse tensor as its values, whose name is that of the whole.
func (d *decoder) sparse(f field, to *[]Parameter) error {
	const values = 1
	return d.message(f, func(f field) error {
		if f.number != values {
			return nil
		}
		err := d.parameter(f, to)
		(*to)[len(*to)-1].Sparse = true
		return err
	})
}

// externalOf reads the properties that say where in another file the elements of a tensor lie.
func externalOf(f field, tensor string, where []Property) (*External, error) {
	x := &External{Length: -1}
	for _, p := range where {
		to := &x.Offset
		switch p.Key {
		case "location":
			x.Location = p.Value
			continue
		case "length":
			to = &x.Length
		case "offset":
		default: // a checksum or what programs add
			continue
		}
		v, err := strconv.ParseInt(p.Value, 10, 64)
		if err != nil || v < 0 {
			return nil, &formatError{offset: f.at,
				what: fmt.Sprintf("the external %s of tensor %q is %q, expected a number of bytes", p.Key, tensor, p.Value)}
		}
		*to = v
	}
	if x.Location == "" {
		return nil, &formatError{offset: f.at, what: fmt.Sprintf("tensor %q lies in another file that is not named", tensor)}
	}
	return x, nil
}

func (f field) putType(to *DataType) error {
	n, err := f.number64()
	*to = DataType(n)
	return err
}
