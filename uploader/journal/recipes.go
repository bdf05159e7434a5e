package journal

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"signpost/uploader"
)

// maxRecipes bounds how many recipes are kept and read.
const maxRecipes = 200

// Recipe is a named draft to start from.
type Recipe struct {
	Name  string         `json:"name"`
	Draft uploader.Draft `json:"draft"`
}

// SaveRecipe keeps a recipe and replaces one of the same name. Parameters that are
// credentials by their name are left out. The error says when there are too many.
func (j *Journal) SaveRecipe(r Recipe) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	r.Draft.Params = slices.DeleteFunc(slices.Clone(r.Draft.Params), func(p uploader.DraftParam) bool { return isCredential(p.Name) })
	b, err := seal(r)
	if err != nil {
		return err
	}
	return j.update(func(tx *bolt.Tx) error {
		kept := tx.Bucket(bucketRecipes)
		if kept.Get([]byte(r.Name)) == nil && kept.Stats().KeyN >= maxRecipes {
			return errors.New("keep the recipe: there are 200 already")
		}
		return kept.Put([]byte(r.Name), b)
	})
}

// Recipes are the kept recipes by name.
func (j *Journal) Recipes() ([]Recipe, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := os.Lstat(j.path()); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []Recipe
	err := j.update(func(tx *bolt.Tx) error {
		all = nil
		return tx.Bucket(bucketRecipes).ForEach(func(_, v []byte) error {
			var r Recipe
			if err := unseal(v, &r); err != nil {
				return err
			}
			all = append(all, r)
			return nil
		})
	})
	slices.SortFunc(all, func(a, b Recipe) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}
