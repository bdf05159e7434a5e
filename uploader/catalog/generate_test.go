package catalog

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write params_data.go anew from params.json")

// TestGenerated: params_data.go is what params.json says. The program holds the list as
// data of its own, as reading JSON would be done at each start.
func TestGenerated(t *testing.T) {
	raw, err := os.ReadFile("params.json")
	if err != nil {
		t.Fatal(err)
	}
	var want []Param
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&want); err != nil {
		t.Fatal(err)
	}
	if *update {
		var b strings.Builder
		b.WriteString("// Code generated from params.json by go test ./uploader/catalog -run Generated -update; DO NOT EDIT.\n\npackage catalog\n\nvar params = []Param{\n")
		for _, p := range want {
			text := strings.TrimPrefix(fmt.Sprintf("%#v", p), "catalog.Param")
			b.WriteString("\t" + strings.ReplaceAll(text, "[]string(nil)", "nil") + ",\n")
		}
		b.WriteString("}\n")
		source, err := format.Source([]byte(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("params_data.go", source, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !reflect.DeepEqual(params, want) {
		t.Error("params_data.go is not what params.json says: run it with -update")
	}
}
