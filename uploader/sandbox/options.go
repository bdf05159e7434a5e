package sandbox

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"signpost/signer"
)

// The account that the sandbox has from the start. The secret is the one of the
// documentation's examples and of no use anywhere else.
const (
	DemoCloud = "demo"
	DemoKey   = "123456789012345"
	DemoToken = "sandbox-token"
)

// Account is one account of the sandbox. SHA256Only refuses SHA-1 signatures, as an
// account of the service can.
type Account struct {
	Cloud, APIKey string
	Secret        signer.Secret
	// Token is an OAuth token that it takes; the zero value is none.
	Token      signer.Secret
	SHA256Only bool
	// DynamicFolders keeps the folder of an asset apart from its public ID, as in all
	// accounts since June 2024. Source: documentation/folder_modes.
	DynamicFolders bool
}

// DemoAccount is the account that the sandbox has where it is given none.
func DemoAccount() Account {
	return Account{Cloud: DemoCloud, APIKey: DemoKey, Secret: signer.NewSecret(signer.Published), Token: signer.NewSecret(DemoToken)}
}

// Preset is an upload preset. Only one that is Unsigned works without a signature.
type Preset struct {
	Unsigned bool
	// Params are the parameters that an upload with it gets where it does not set them
	// itself. Source: documentation/upload_presets.
	Params map[string]string
}

// FetchFunc loads a remote file. name is the file's name for original_filename, or
// empty for the last piece of the URL. The error may be a [*LoadError].
type FetchFunc func(ctx context.Context, url string) (body io.ReadCloser, name string, err error)

// Options set up a sandbox. The zero value is the demo account with the real clock.
type Options struct {
	// Accounts are the accounts; none means demo, 123456789012345, abcd.
	Accounts []Account
	// Presets are the upload presets by name; nil means ml_default, which works without
	// a signature, and signed_only, which does not.
	Presets map[string]Preset
	// Clock is the time; nil means time.Now.
	Clock func() time.Time
	// NewID is where asset ids, version ids, automatic public ids and request ids come
	// from; each call must return another text. nil means random. It is called
	// concurrently.
	NewID func() string
	// Fetch loads remote files; nil means over the network, guarded as [NewFetch] says.
	Fetch FetchFunc
	// AllowLoopbackFetch lets the guarded fetch reach loopback addresses.
	AllowLoopbackFetch bool
	// AllowRemote allows to listen on an address that others can reach.
	AllowRemote bool
	// AnyCloud takes any name as a cloud, with the first account's key and secret: in a
	// room each person has a cloud, and sees nothing of the others'.
	AnyCloud bool
	// MinPart is what a part of a chunked upload that is not the last has to be larger
	// than, in bytes: 0 is the service's 5 MB, -1 takes any.
	MinPart int64
	// Faults are to happen to the first requests, one after the other.
	Faults []Fault
	// Limits bound what a client can use up; a zero field is its default.
	Limits Limits
	// Log receives each exchange after it was answered. It is called concurrently.
	Log func(Exchange)
}

// Limits bound what a client can use up. Sizes are in bytes.
type Limits struct {
	Request     int64         // body of one request; above it the gateway's 413 (101 MiB)
	File        int64         // any file (500 MB)
	Image       int64         // a picture (10485760, the service's free plan)
	Video       int64         // a video (104857600, the same)
	Total       int64         // everything that is stored (2 GB)
	Free        int64         // what stays free on the disk (1 GB)
	Assets      int           // number of stored files, derived ones included (2000)
	Fields      int           // number of parameters of a request (256)
	FieldBytes  int64         // all parameters of a request, without file (1 MiB)
	DataURI     int64         // length of a data URI (62910000, the service's)
	Pixels      int64         // pixels of a picture (40 million)
	FramePixels int64         // frames times pixels (100 million)
	Eager       int           // eager transformations of one upload (10)
	Render      time.Duration // making one picture (5 s)
	Connections int           // open at once (256)
	Clouds      int           // of a sandbox that takes any name (200)
	AtOnce      int           // requests of one of them at the same time (32)
}

// withDefaults fills in the fields that are zero.
func (l Limits) withDefaults() Limits {
	def := func(v *int64, d int64) {
		if *v == 0 {
			*v = d
		}
	}
	count := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&l.Request, 101<<20)
	def(&l.File, 500e6)
	def(&l.Image, 10_485_760)
	def(&l.Video, 104_857_600)
	def(&l.Total, 2e9)
	def(&l.Free, 1e9)
	count(&l.Assets, 2000)
	count(&l.Fields, 256)
	def(&l.FieldBytes, 1<<20)
	def(&l.DataURI, 62_910_000)
	def(&l.Pixels, 40e6)
	def(&l.FramePixels, 100e6)
	count(&l.Eager, 10)
	if l.Render == 0 {
		l.Render = 5 * time.Second
	}
	count(&l.Connections, 256)
	count(&l.Clouds, 200)
	count(&l.AtOnce, 32)
	return l
}

// withDefaults fills in what is missing.
func (o Options) withDefaults() Options {
	if len(o.Accounts) == 0 {
		o.Accounts = []Account{DemoAccount()}
	}
	if o.Presets == nil {
		o.Presets = map[string]Preset{"ml_default": {Unsigned: true}, "signed_only": {}}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.NewID == nil {
		o.NewID = rand.Text
	}
	o.Limits = o.Limits.withDefaults()
	if o.Fetch == nil {
		o.Fetch = NewFetch(o.AllowLoopbackFetch)
	}
	return o
}
