package uploader

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestTryNow: a wait that the server asked for ends when the person wants it to.
func TestTryNow(t *testing.T) {
	t.Parallel()
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseMultipartForm(1 << 20)
		if asked++; asked == 1 {
			w.Header().Set("Retry-After", "100")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(goodAnswer("x")))
	}))
	defer srv.Close()
	// Were it not ended, this would be the end of it.
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
	defer cancel()
	waits := 0
	r, err := New(ClientConfig{}).Deliver(ctx, Task{Prepared: preparedFor(t, srv.URL, tempFile(t, "x"))}, func(e Event) {
		if e.Phase == PhaseWaiting {
			waits++
			e.Retry.Now()
			e.Retry.Now()
		}
	})
	if err != nil || r.Retries != 1 || waits != 1 || asked != 2 {
		t.Errorf("got %+v, %v after %d waits and %d requests", r, err, waits, asked)
	}
}
