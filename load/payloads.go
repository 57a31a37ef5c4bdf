package load

// payload is a content that a request can have.
type payload struct{ stream, step int }

// payloadOrder is the order in which requests that belong to no sequence take payloads: every step of every stream, then again.
type payloadOrder []payload

func newPayloadOrder(p Payloads) payloadOrder {
	var order payloadOrder
	for stream, steps := range p.Steps {
		for step := range steps {
			order = append(order, payload{stream, step})
		}
	}
	return order
}

// at returns the payload of the request with that number.
func (o payloadOrder) at(number int64) payload { return o[number%int64(len(o))] }
