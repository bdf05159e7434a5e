package signer

import (
	"crypto/sha1"
	"strconv"
	"strings"
	"testing"
)

// benchParams are the three sizes that the figures are about.
func benchParams() map[string][]Param {
	three := []Param{{"public_id", "sample_image"}, {"timestamp", "1315060510"}, {"eager", "w_400,h_300,c_pad|w_260,h_200,c_crop"}}
	thirty := append([]Param(nil), three...)
	for i := len(thirty); i < 30; i++ {
		thirty = append(thirty, Param{"parameter_" + strconv.Itoa(i*7919%100), "value " + strconv.Itoa(i)})
	}
	big := append([]Param{{"context", strings.Repeat("caption=a picture of a cat|", 10_000/27)}}, three...)
	return map[string][]Param{"3": three, "30": thirty, "10kB": big}
}

func BenchmarkSign(b *testing.B) {
	secret := NewSecret("abcd")
	for name, params := range benchParams() {
		b.Run(name+"/slice", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Sign(params, secret, Options{})
			}
		})
		m := map[string]string{}
		for _, p := range params {
			m[p.Name] = p.Value
		}
		b.Run(name+"/map", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = SignMap(m, secret, Options{})
			}
		})
		raw := []byte(StringToSign(params, V2) + "abcd")
		b.Run(name+"/hash", func(b *testing.B) {
			for b.Loop() {
				_ = sha1.Sum(raw)
			}
		})
	}
}
