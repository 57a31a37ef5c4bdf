package triton_test

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
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// certificate makes a certificate of 127.0.0.1 that signs itself, and a file with it.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, path
}

func TestConnectSaysWhatIsWrong(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	pair, _ := certificate(t)
	secure := tritontest.NewMock(t, tritontest.MockOptions{TLS: &tls.Config{Certificates: []tls.Certificate{pair}}}, tritontest.Tiny())
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	for name, c := range map[string]struct {
		o    triton.Options
		want string
	}{
		"nothing there over gRPC":  {triton.Options{URL: closed.Addr().String(), Protocol: triton.GRPC}, "nothing answers there; is the server up"},
		"nothing there over HTTP":  {triton.Options{URL: closed.Addr().String()}, "nothing answers there; is the server up"},
		"HTTP on the port of gRPC": {triton.Options{URL: mock.HTTPAddr(), Protocol: triton.GRPC}, "the server speaks HTTP there, not gRPC"},
		"gRPC on the port of HTTP": {triton.Options{URL: mock.Addr()}, "the server speaks gRPC there, not HTTP"},
		"plain text to TLS":        {triton.Options{URL: secure.Addr(), Protocol: triton.GRPC}, "the server expects TLS"},
		"TLS to plain text":        {triton.Options{URL: mock.Addr(), Protocol: triton.GRPC, TLS: &triton.TLS{SkipVerify: true}}, "the server speaks plain text"},
		"TLS to plain HTTP":        {triton.Options{URL: mock.HTTPAddr(), TLS: &triton.TLS{SkipVerify: true}}, "the server speaks plain text"},
		"unknown certificate":      {triton.Options{URL: secure.Addr(), Protocol: triton.GRPC, TLS: &triton.TLS{}}, "certificate signed by unknown authority"},
		"silence over gRPC":        {triton.Options{URL: silent.Addr().String(), Protocol: triton.GRPC, Timeout: 50 * time.Millisecond}, "no answer within 50ms"},
		"silence over HTTP":        {triton.Options{URL: silent.Addr().String(), Timeout: 50 * time.Millisecond}, "no answer within 50ms"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := triton.Connect(t.Context(), c.o)
			assert.ErrorContains(t, err, c.want)
			t.Log(err)
		})
	}
}

func TestTLSHeadersAndCompression(t *testing.T) {
	pair, ca := certificate(t)
	mock := tritontest.NewMock(t, tritontest.MockOptions{TLS: &tls.Config{Certificates: []tls.Certificate{pair}}}, tritontest.Chained(5000))
	for _, compression := range []string{"", "gzip", "deflate"} {
		for _, streaming := range []bool{false, true} {
			client := connect(t, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC, TLS: &triton.TLS{CA: ca},
				Header: map[string]string{"Authorization": "Bearer x"}, Compression: compression})
			m, err := client.Model(t.Context(), "chained", "")
			require.NoError(t, err)
			requests := target(t, client, m.Name, triton.RequestOptions{States: m.States(), Streaming: streaming})
			conns, sink := dial(t, requests, load.DialSetup{States: 1})
			for i := range int64(5) {
				require.NoError(t, conns.Send(0, load.Request{Index: i, State: 0, Start: i == 0}))
				e := sink.wait(t, i)
				require.Equal(t, load.StatusOK, e.status, e.detail)
				sink.until(t, func() bool { return sink.all[i].sent > 0 })
			}
		}
	}
}

func TestModelThatIsNotThere(t *testing.T) {
	on(t, func(t *testing.T, _ way, mock *tritontest.Mock, client *triton.Client) {
		_, err := client.Model(t.Context(), "tinny", "")
		assert.ErrorContains(t, err, `ready are ["tiny"]; did you mean "tiny"?`)
		_, err = client.Model(t.Context(), "", "")
		assert.ErrorContains(t, err, "no model was named")
		mock.Set("tiny", func(b *tritontest.Behaviour) { b.NotReady = true })
		ready, err := client.ModelReady(t.Context(), "tiny", "")
		require.NoError(t, err)
		assert.False(t, ready)
	}, tritontest.Tiny())
}

func TestDialFails(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		mock.Kill()
		_, err := requests.Dial(t.Context(), load.DialSetup{Conns: 1, Clock: func() int64 { return 1 }, Sink: newEnds()})
		assert.ErrorContains(t, err, "connection refused")
		_, err = requests.Statistics(t.Context())
		assert.Error(t, err)
	}, tritontest.Tiny())
}
