package journal

import (
	"errors"
	"testing"

	bolt "go.etcd.io/bbolt"

	"signpost/signer"
	"signpost/uploader"
)

func TestRecipes(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	defer j.Close()
	if all, err := j.Recipes(); err != nil || len(all) != 0 {
		t.Fatalf("at the start: %v, %v", all, err)
	}
	draft := uploader.Draft{Params: []uploader.DraftParam{
		{Param: signer.Param{Name: "tags", Value: "a,b"}, Off: true},
		{Param: signer.Param{Name: "api_secret", Value: "never"}},
	}, Auth: uploader.AuthUnsigned}
	for _, name := range []string{"two", "one", "two"} {
		if err := j.SaveRecipe(Recipe{Name: name, Draft: draft}); err != nil {
			t.Fatal(err)
		}
	}
	all, err := j.Recipes()
	if err != nil || len(all) != 2 || all[0].Name != "one" || all[1].Name != "two" {
		t.Fatalf("got %+v, %v", all, err)
	}
	d := all[0].Draft
	if len(d.Params) != 1 || d.Params[0].Value != "a,b" || !d.Params[0].Off || d.Auth != uploader.AuthUnsigned {
		t.Errorf("got %+v", d)
	}
}

// TestRecipeDamaged: a record that is not what was written is noticed, and the store
// goes on with a new file.
func TestRecipeDamaged(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	defer j.Close()
	if err := j.SaveRecipe(Recipe{Name: "one"}); err != nil {
		t.Fatal(err)
	}
	err := j.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketRecipes).Put([]byte("one"), []byte(`{"sum":"x"}`)) })
	if err != nil {
		t.Fatal(err)
	}
	if all, err := j.Recipes(); err != nil && !errors.Is(err, errDamaged) || len(all) != 0 || j.Note() == "" {
		t.Errorf("got %+v, %v, note %q", all, err, j.Note())
	}
}
