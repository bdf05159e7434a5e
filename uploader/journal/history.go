package journal

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"signpost/signer"
	"signpost/uploader"
)

// The bounds of the history. Answers are cut, and the oldest entries go.
const (
	maxEntries = 1000
	maxHistory = 16 << 20
	maxAnswer  = 64 << 10
	maxNotes   = 4 << 20 // bytes of notes, after which they are taken into the history
)

// Entry is one upload of the history. It holds no secret, and no signature that could
// still be used: of the request's own only the first digits are kept.
type Entry struct {
	// ID sorts by time.
	ID      string        `json:"id"`
	At      time.Time     `json:"at"`
	Elapsed time.Duration `json:"elapsed_ns"`
	Host    string        `json:"host"`
	Cloud   string        `json:"cloud"`
	APIKey  string        `json:"api_key"`
	Sandbox bool          `json:"sandbox,omitempty"`
	Auth    uploader.Auth `json:"auth,omitempty"`

	Draft         uploader.Draft `json:"draft"`
	Timestamp     string         `json:"timestamp"`
	Algorithm     string         `json:"algorithm"`
	Version       string         `json:"signature_version"`
	StringToSign  string         `json:"string_to_sign"`
	SignatureHead string         `json:"signature_head"`

	File    string `json:"file"`
	Parts   int    `json:"parts,omitempty"`
	Retries int    `json:"retries,omitempty"`

	// Outcome is "kept", "refused", "outcome unknown" and the like; Exit the status that
	// the command ends with.
	Outcome   string   `json:"outcome"`
	Exit      int      `json:"exit"`
	Status    int      `json:"status,omitempty"`
	Error     string   `json:"error,omitempty"`
	RequestID string   `json:"request_id,omitempty"`
	PublicID  string   `json:"public_id,omitempty"`
	URL       string   `json:"secure_url,omitempty"`
	Warnings  []string `json:"warnings,omitempty"`
	// Answer is the server's, cut at 64 KiB; Cut says so.
	Answer  string            `json:"answer,omitempty"`
	Cut     bool              `json:"answer_cut,omitempty"`
	Timings []uploader.Timing `json:"timings,omitempty"`
}

// signatureDigits is how much of a signature is kept: enough to compare, too little to
// use.
const signatureDigits = 8

// NewEntry makes the entry of an upload that has ended. r and err may be nil.
func NewEntry(p uploader.Prepared, r *uploader.Result, err error, at time.Time) Entry {
	a := p.Account
	clean := func(s string) string {
		for _, q := range p.Draft().Params {
			if isCredential(q.Name) {
				s = signer.NewSecret(q.Value).Redact(s)
			}
		}
		return withoutSignature(a.Redact(s), p.Trace.Signature)
	}
	draft := withoutCredentials(p.Draft())
	if len(draft.File) > 4<<10 {
		draft.File = draft.File[:4<<10] // a data URI
	}
	e := Entry{
		ID: newEntryID(at), At: at.UTC(), Host: a.Host(), Cloud: a.CloudName, APIKey: a.APIKey, Sandbox: a.Sandbox, Auth: p.Auth,
		Draft: draft, Timestamp: p.Timestamp, Algorithm: p.Trace.Options.Algorithm.String(), Version: p.Trace.Options.Version.String(),
		StringToSign: clean(p.Trace.StringToSign), File: clean(p.File.Name), Outcome: outcome(err), Exit: uploader.ExitCode(err),
	}
	for i := range e.Draft.Params {
		e.Draft.Params[i].Value = clean(e.Draft.Params[i].Value)
	}
	e.Draft.File = clean(e.Draft.File)
	if e.File == "" {
		e.File = clean(cutAt(p.File.Text, 400))
	}
	if p.Auth == uploader.AuthSigned {
		e.SignatureHead = cutAt(p.Trace.Signature, signatureDigits)
	} else {
		e.StringToSign = ""
	}
	if err != nil {
		e.Error = clean(err.Error())
	}
	if r != nil {
		e.Elapsed, e.Status, e.RequestID, e.Parts, e.Retries = r.Elapsed, r.Status, clean(r.RequestID), r.Parts, r.Retries
		e.PublicID, e.URL, e.Timings = clean(r.PublicID), deliverySignature.ReplaceAllString(clean(r.SecureURL), "s--…--"), r.Timings
		for _, w := range r.Warnings {
			e.Warnings = append(e.Warnings, clean(w))
		}
		answer := string(r.Body)
		e.Cut = r.Cut || len(answer) > maxAnswer
		answer = clean(strings.ToValidUTF8(cutAt(answer, maxAnswer), "\ufffd"))
		answer = deleteToken.ReplaceAllString(answer, `"delete_token":"…"`)
		e.Answer = deliverySignature.ReplaceAllString(answer, "s--…--")
	}
	return e
}

// What an answer holds that opens something: a token that deletes the asset, and the
// signature in the address of one that is not public.
var (
	deleteToken       = regexp.MustCompile(`"delete_token"\s*:\s*"[^"]*"`)
	deliverySignature = regexp.MustCompile(`s--[\w-]{8,32}--`)
)

// withoutSignature cuts the request's signature down wherever it stands.
func withoutSignature(text, signature string) string {
	if len(signature) <= signatureDigits {
		return text
	}
	return strings.ReplaceAll(text, signature, signature[:signatureDigits]+"…")
}

func outcome(err error) string {
	switch uploader.Classify(err) {
	case uploader.ClassOK:
		return "kept"
	case uploader.ClassNone:
		return "not sent"
	case uploader.ClassMaybe:
		return "outcome unknown"
	case uploader.ClassRefused:
		return "refused"
	case uploader.ClassCancelled:
		return "cancelled"
	}
	return "not sent"
}

func cutAt(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

func newEntryID(at time.Time) string {
	return at.UTC().Format("20060102-150405.000000000")[2:] + "-" + strings.ToLower(rand.Text()[:4])
}

func withoutCredentials(d uploader.Draft) uploader.Draft {
	d.Params = slices.DeleteFunc(slices.Clone(d.Params), func(p uploader.DraftParam) bool { return isCredential(p.Name) })
	return d
}

// Record keeps entries of the history. Where that cannot be done they stay in memory
// and are tried again with the next ones.
func (j *Journal) Record(entries ...Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending = append(j.pending, entries...)
	if n := len(j.pending) - maxEntries; n > 0 {
		j.pending = j.pending[n:]
	}
	if err := j.write(j.pending); err != nil {
		return err
	}
	j.pending = nil
	return nil
}

// write keeps entries, after those that were noted before. j.mu is held.
func (j *Journal) write(entries []Entry) error {
	if err := j.absorb(); err != nil {
		return err
	}
	return j.put(entries)
}

// put keeps entries. j.mu is held.
func (j *Journal) put(entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	sealed := make([][]byte, len(entries))
	for i, e := range entries {
		b, err := seal(e)
		if err != nil {
			return err
		}
		sealed[i] = b
	}
	return j.history.update(func(tx *bolt.Tx) error {
		kept := tx.Bucket(bucketHistory)
		for i, e := range entries {
			if err := kept.Put([]byte(e.ID), sealed[i]); err != nil {
				return err
			}
		}
		return trim(kept)
	})
}

// trim throws the oldest entries away where there are too many.
func trim(kept *bolt.Bucket) error {
	n, size := 0, 0
	var old [][]byte
	c := kept.Cursor()
	for k, v := c.Last(); k != nil; k, v = c.Prev() {
		n++
		if size += len(v); n > maxEntries || size > maxHistory {
			old = append(old, bytes.Clone(k))
		}
	}
	for _, k := range old {
		if err := kept.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// History lists entries that have all words of a query somewhere in them, the newest
// first; an empty query has all. limit ≤ 0 is without a bound.
func (j *Journal) History(query string, limit int) ([]Entry, error) {
	var out []Entry
	words := strings.Fields(strings.ToLower(query))
	err := j.read(func(kept *bolt.Bucket) error {
		out = nil
		c := kept.Cursor()
		for k, v := c.Last(); k != nil && (limit <= 0 || len(out) < limit); k, v = c.Prev() {
			var e Entry
			if err := unseal(v, &e); err != nil {
				return err
			}
			if e.matches(words) {
				out = append(out, e)
			}
		}
		return nil
	})
	return out, err
}

// matches reports whether all words, in lower case, stand somewhere in the entry.
func (e Entry) matches(words []string) bool {
	if len(words) == 0 {
		return true
	}
	var b strings.Builder
	for _, s := range []string{e.ID, e.Host, e.Cloud, e.File, e.Draft.File, e.Outcome, fmt.Sprint(e.Status), e.Error, e.PublicID, e.RequestID, e.StringToSign} {
		b.WriteString(strings.ToLower(s) + "\n")
	}
	for _, p := range e.Draft.Params {
		b.WriteString(strings.ToLower(p.Name+"="+p.Value) + "\n")
	}
	text := b.String()
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// Find returns the entry with that ID, or the only one whose ID begins or ends so. The
// error is [ErrNoEntry] or [ErrSeveral].
func (j *Journal) Find(id string) (Entry, error) {
	all, err := j.History("", 0)
	if err != nil {
		return Entry{}, err
	}
	var hits []Entry
	for _, e := range all {
		if e.ID == id {
			return e, nil
		}
		if strings.HasPrefix(e.ID, id) || strings.HasSuffix(e.ID, id) {
			hits = append(hits, e)
		}
	}
	switch {
	case len(hits) == 1 && id != "":
		return hits[0], nil
	case len(hits) > 1:
		return Entry{}, ErrSeveral
	}
	return Entry{}, ErrNoEntry
}

// What Find may say.
var (
	ErrNoEntry = errors.New("there is no such upload in the history")
	ErrSeveral = errors.New("several uploads of the history begin or end so")
)

// Forget deletes the entries with these IDs; none at all deletes the whole history.
func (j *Journal) Forget(ids ...string) error {
	if len(ids) == 0 {
		j.mu.Lock()
		j.pending = nil
		j.mu.Unlock()
	}
	return j.read(func(kept *bolt.Bucket) error {
		if len(ids) == 0 {
			c := kept.Cursor()
			for k, _ := c.First(); k != nil; k, _ = c.Next() {
				ids = append(ids, string(k))
			}
		}
		for _, id := range ids {
			if err := kept.Delete([]byte(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// read runs a transaction on the history, where there is one, with everything in it that
// is still to be written.
func (j *Journal) read(fn func(kept *bolt.Bucket) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.write(j.pending); err == nil {
		j.pending = nil
	}
	if _, err := os.Lstat(j.history.path()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return j.history.update(func(tx *bolt.Tx) error { return fn(tx.Bucket(bucketHistory)) })
}

// MarshalLine is the entry as a line of JSON.
func (e Entry) MarshalLine() ([]byte, error) { return json.Marshal(e) }

// Signed says how the request was signed: "sha1 v2".
func (e Entry) Signed() string {
	if e.Auth != uploader.AuthSigned {
		return string(e.Auth)
	}
	return e.Algorithm + " " + e.Version
}
