package transport

// A request's id is the first field of its message, with a fixed width, so that it can be patched and found again without looking
// at the rest: the key of field 3, the length, decimal digits.
const (
	idKey    = 3<<3 | 2
	idDigits = 19
	// IDSize is the number of bytes that PutID writes.
	IDSize = 2 + idDigits
)

// PutID writes the field that holds a request's id, 0 or more, to the beginning of its message.
func PutID(head []byte, id int64) {
	_ = head[IDSize-1]
	head[0], head[1] = idKey, idDigits
	for i := IDSize - 1; i >= 2; i-- {
		head[i] = '0' + byte(id%10)
		id /= 10
	}
}

// ID reads the id from the beginning of a message, or returns NoTag when there is none of the form that PutID writes.
func ID(head []byte) int64 {
	if len(head) < IDSize || head[0] != idKey || head[1] != idDigits {
		return NoTag
	}
	return ParseID(head[2:IDSize])
}

// ParseID reads the digits of an id that PutID wrote, as the server gives them back; NoTag when they are others.
func ParseID(digits []byte) int64 {
	if len(digits) != idDigits {
		return NoTag
	}
	id := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' || id > (1<<63-1-int64(c-'0'))/10 {
			return NoTag
		}
		id = 10*id + int64(c-'0')
	}
	return id
}
