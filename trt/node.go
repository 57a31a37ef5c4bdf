package trt

import (
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// node is the place of an object in the tree of those that must be closed before others: a parent outlives its children.
type node struct {
	name   string // as in "engine model.plan"
	parent *node
	leak   runtime.Cleanup

	mu       sync.Mutex
	closed   bool
	children map[*node]struct{}
}

// openNode begins the life of an object. It is an error when the parent, which may be nil, was closed.
func openNode(parent *node, name string) (*node, error) {
	n := &node{name: name, parent: parent, children: map[*node]struct{}{}}
	if parent == nil {
		return n, nil
	}
	parent.mu.Lock()
	defer parent.mu.Unlock()
	if parent.closed {
		return nil, parent.closedError()
	}
	parent.children[n] = struct{}{}
	return n, nil
}

// watch reports an object that is dropped without Close. It cannot be freed then: nobody knows whether its parent still lives.
func watch[T any](n *node, object *T, log *slog.Logger) {
	n.leak = runtime.AddCleanup(object, func(name string) {
		log.Warn("trt: an object was dropped without Close, its memory stays in use", "object", name)
	}, n.name)
}

// use returns an error after close.
func (n *node) use() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return n.closedError()
	}
	return nil
}

func (n *node) closedError() error { return fmt.Errorf("trt: %s: %w", n.name, ErrClosed) }

// close destroys the object, once. It is an error while there are children.
func (n *node) close(destroy func() error) error {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return nil
	}
	if len(n.children) > 0 {
		defer n.mu.Unlock()
		return fmt.Errorf("trt: close %s: still open: %s; close them first", n.name, n.openChildren())
	}
	n.closed = true
	n.mu.Unlock()
	n.leak.Stop()
	err := destroy()
	if n.parent != nil {
		n.parent.mu.Lock()
		delete(n.parent.children, n)
		n.parent.mu.Unlock()
	}
	return err
}

// openChildren names the children, as in "2 × context, engine a.plan".
func (n *node) openChildren() string {
	counts := map[string]int{}
	for child := range n.children {
		counts[child.name]++
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] > 1 {
			name = fmt.Sprintf("%d × %s", counts[name], name)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
