package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/tritontest"
)

// startMock brings up a server that answers as it is told, and sets GRPC and HTTP to its addresses: mock [WORD…]. Words are
//
//	latency=20ms concurrency=1   of an execution, and how many at once
//	every=3,internal             each 3rd request fails so; lost: it is never answered; close: its stream ends; reset: its connection is cut
//	not-ready=tiny               the model refuses requests
//	tls                          over gRPC; CA is the file with its certificate
//	careless                     sequences and states may be wrong
//	state=3,lost                 what goes wrong with the state at the 3rd chunk of each utterance: lost, repeated, stale, mixed, kept
func startMock(ts *testscript.TestScript, _ bool, words []string) {
	options := tritontest.MockOptions{}
	careless := false
	wrong := func(int) tritontest.StateFault { return "" }
	state := func(chunk int) tritontest.StateFault { return wrong(chunk) }
	models := []tritontest.Model{tritontest.Tiny(), tritontest.Sequence(), tritontest.Chained(100), tritontest.Repeat(),
		tritontest.Acoustic(100, state), tritontest.AcousticSequence(state)}
	each := func(change func(*tritontest.Behaviour)) {
		for i := range models {
			change(&models[i].Behaviour)
		}
	}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "latency":
			d, err := time.ParseDuration(value)
			ts.Check(err)
			each(func(b *tritontest.Behaviour) { b.Latency = tritontest.Fixed(d) })
		case "concurrency":
			n, err := strconv.Atoi(value)
			ts.Check(err)
			each(func(b *tritontest.Behaviour) { b.Concurrency = n })
		case "every":
			careless = true // what comes after a failure may look wrong
			fault := faultOf(ts, value)
			each(func(b *tritontest.Behaviour) { b.Fault = fault })
		case "not-ready":
			for i := range models {
				models[i].Behaviour.NotReady = models[i].Config.GetName() == value
			}
		case "careless":
			careless = true
		case "state":
			chunk, fault, _ := strings.Cut(value, ",")
			n, err := strconv.Atoi(chunk)
			ts.Check(err)
			wrong = tritontest.AtChunk(n, tritontest.StateFault(fault))
		case "tls":
			options.TLS = &tls.Config{Certificates: []tls.Certificate{selfSigned(ts)}}
		default:
			ts.Fatalf("mock: unknown word %q", word)
		}
	}
	mock, err := tritontest.OpenMock(options, models...)
	ts.Check(err)
	ts.Setenv("GRPC", mock.Addr())
	ts.Setenv("HTTP", mock.HTTPAddr())
	ts.Defer(func() {
		mock.Close()
		if violations := mock.Violations(); len(violations) > 0 && !careless {
			ts.Value(scriptTest{}).(testscript.T).Fatal("the mock noted: ", strings.Join(violations, "; "))
		}
	})
}

// scriptTest is the key of the test that a script runs in.
type scriptTest struct{}

// faultOf reads EVERY,WHAT.
func faultOf(ts *testscript.TestScript, text string) func(int64) tritontest.Fault {
	every, what, _ := strings.Cut(text, ",")
	n, err := strconv.ParseInt(every, 10, 64)
	ts.Check(err)
	faults := map[string]tritontest.Fault{
		"internal": {Code: codes.Internal}, "lost": {Lost: true}, "close": {Close: true}, "reset": {Reset: true},
	}
	fault, known := faults[what]
	if !known {
		ts.Fatalf("mock: unknown fault %q", what)
	}
	return tritontest.Every(n, fault)
}

// selfSigned makes a certificate of 127.0.0.1 and writes it to a file whose path CA holds.
func selfSigned(ts *testscript.TestScript) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mock"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ts.Check(err)
	path := ts.MkAbs("ca.pem")
	ts.Check(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	ts.Setenv("CA", path)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
