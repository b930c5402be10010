// Reads the command-line flags, the feature gates and the admission plugins of the Kubernetes components out of their
// Go sources, without building them.
//
//	go run component-flags.go < roots.json > release.json
//
// roots.json maps import path prefixes to folders: {"k8s.io/kubernetes": "/…/k8s.io/kubernetes@v1.30.14", …}.
// Packages outside of the roots are taken as empty; the type checker's complaints about them are ignored. Starting at a
// component's New…Command, every function is read that is handed a flag set or is named after flags or options, and each
// registration of a flag with a constant name is noted. Names that are not constant are told on standard error.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

type flag struct {
	Bool       bool   `json:"bool,omitempty"`
	Short      string `json:"short,omitempty"`
	Deprecated string `json:"deprecated,omitempty"`
}

type gate struct {
	Stage   string `json:"stage,omitempty"`
	Default bool   `json:"default,omitempty"`
	Locked  bool   `json:"locked,omitempty"`
}

type answer struct {
	Components map[string]map[string]*flag `json:"components"`
	Gates      map[string]gate             `json:"gates"`
	Plugins    []string                    `json:"plugins"`
}

// entries: where each component's command line is put together.
var entries = map[string][2]string{
	"kubelet":                 {"k8s.io/kubernetes/cmd/kubelet/app", "NewKubeletCommand"},
	"kube-apiserver":          {"k8s.io/kubernetes/cmd/kube-apiserver/app", "NewAPIServerCommand"},
	"kube-scheduler":          {"k8s.io/kubernetes/cmd/kube-scheduler/app", "NewSchedulerCommand"},
	"kube-controller-manager": {"k8s.io/kubernetes/cmd/kube-controller-manager/app", "NewControllerManagerCommand"},
	"kube-proxy":              {"k8s.io/kubernetes/cmd/kube-proxy/app", "NewProxyCommand"},
}

// real: the packages that are read; the others only have names here.
var real = regexp.MustCompile(strings.Join([]string{
	`^flag$`,
	`^github\.com/spf13/pflag$`,
	`^github\.com/google/cadvisor/lib/cadvisorflags$`,
	`^k8s\.io/klog`,
	`^k8s\.io/component-base/(cli|logs|version|featuregate|compatibility|config/options|metrics|metrics/features|term|tracing/api/v1|zpages/features|klogflags|internal/.*)(/|$)`,
	`^k8s\.io/(controller-manager|cloud-provider)/(options|config/options|pkg/(features|options).*|app.*|config)$`,
	`^k8s\.io/controller-manager/.*`,
	`^k8s\.io/apiserver/pkg/(server/options.*|features|util/feature|util/compatibility|util/version|admission/plugin/.*|admission/initializer)$`,
	`^k8s\.io/apiserver/plugin/pkg/audit/(log|webhook)$`,
	`^k8s\.io/apiextensions-apiserver/pkg/(features|cmd/server/options)$`,
	`^k8s\.io/kube-aggregator/pkg/(features|cmd/server)$`,
	`^k8s\.io/client-go/features$`,
	`^k8s\.io/kubernetes/cmd/.*/app(/options|/config)?$`,
	`^k8s\.io/kubernetes/pkg/(features|kubelet/config|kubeapiserver/options|controlplane/apiserver/options|util/flag|credentialprovider/(azure|gcp))$`,
	`^k8s\.io/kubernetes/plugin/pkg/admission/.*$`,
}, "|"))

var (
	fset    = token.NewFileSet()
	roots   map[string]string
	loaded  = map[string]*types.Package{}
	decls   = map[*types.Func]*ast.FuncDecl{}
	infos   = map[*types.Package]*types.Info{}
	syntax  = map[*types.Package][]*ast.File{}
	context = func() build.Context {
		c := build.Default
		c.GOOS, c.GOARCH, c.CgoEnabled = "linux", "amd64", true
		return c
	}()
)

func folder(importPath string) string {
	if importPath == "flag" {
		return filepath.Join(build.Default.GOROOT, "src", "flag")
	}
	best := ""
	for prefix := range roots {
		if (importPath == prefix || strings.HasPrefix(importPath, prefix+"/")) && len(prefix) > len(best) {
			best = prefix
		}
	}
	if best == "" {
		return ""
	}
	return filepath.Join(roots[best], strings.TrimPrefix(importPath, best))
}

type importer struct{}

func (importer) Import(importPath string) (*types.Package, error) {
	if p, ok := loaded[importPath]; ok {
		return p, nil
	}
	dir := folder(importPath)
	if !real.MatchString(importPath) || dir == "" {
		return empty(importPath), nil
	}
	matches, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	var files []*ast.File
	for _, name := range matches {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if ok, err := context.MatchFile(dir, filepath.Base(name)); err != nil || !ok {
			continue
		}
		if f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution); err == nil {
			files = append(files, f)
		}
	}
	if len(files) == 0 {
		return empty(importPath), nil
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	config := types.Config{Importer: importer{}, Error: func(error) {}, FakeImportC: true}
	p, _ := config.Check(importPath, fset, files, info)
	loaded[importPath] = p
	infos[p], syntax[p] = info, files
	for _, f := range files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if obj, ok := info.Defs[fn.Name].(*types.Func); ok {
					decls[obj] = fn
				}
			}
		}
	}
	return p, nil
}

var version = regexp.MustCompile(`^v[0-9]+$`)

func empty(importPath string) *types.Package {
	name := path.Base(importPath)
	if version.MatchString(name) {
		name = path.Base(path.Dir(importPath))
	}
	p := types.NewPackage(importPath, strings.NewReplacer("-", "", ".", "").Replace(name))
	p.MarkComplete()
	loaded[importPath] = p
	return p
}

// A walk collects the flags of one component.
type walk struct {
	flags map[string]*flag
	seen  map[string]bool
	// bound: the constant texts that the function at hand was called with, as in AddFlags("webhook", fs).
	bound map[types.Object]string
}

func isFlagSet(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	switch n.Obj().Pkg().Path() + "." + n.Obj().Name() {
	case "github.com/spf13/pflag.FlagSet", "flag.FlagSet", "k8s.io/component-base/cli/flag.NamedFlagSets",
		"k8s.io/component-base/logs/api/v1.flagSet":
		return true
	}
	return false
}

var registers = regexp.MustCompile(`^(Bool|String|Int|Uint|Float|Duration|IP|Bytes|Count|Var$|VarP|Func|Text)`)

// cadvisorSwitches: the kubelet takes cadvisor's flags over by name, and these want no value.
var cadvisorSwitches = regexp.MustCompile(`^(docker_only|docker-tls|enable_load_reader|log_cadvisor_usage|storage_driver_secure)$`)
var telling = regexp.MustCompile(`[fF]lag|Options|^New\w*Command$|^(pflagR|r)egister`)

func (w *walk) function(fn *types.Func, args []string) {
	decl := decls[fn]
	key := fmt.Sprint(fn.FullName(), args)
	if decl == nil || decl.Body == nil || w.seen[key] {
		return
	}
	w.seen[key] = true
	outer := w.bound
	w.bound = map[types.Object]string{}
	parameters := fn.Type().(*types.Signature).Params()
	for i, text := range args {
		if i < parameters.Len() && text != "" {
			w.bound[parameters.At(i)] = text
		}
	}
	w.body(decl.Body, infos[fn.Pkg()])
	w.bound = outer
}

func (w *walk) body(body ast.Node, info *types.Info) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			// What a command does when it runs is not how its flags are made.
			if id, ok := n.Key.(*ast.Ident); ok && regexp.MustCompile(`^(Persistent)?(Pre)?RunE?$`).MatchString(id.Name) {
				return false
			}
		case *ast.CallExpr:
			w.call(n, info)
		case *ast.RangeStmt:
			// for _, name := range []string{"insecure-port", "port"} { fs.IntVar(&x, name, …) }
			if id, ok := n.Value.(*ast.Ident); ok {
				if items := list(n.X, info); len(items) > 0 {
					for _, item := range items {
						if t := name(item, info); t != "" {
							w.bound[info.Defs[id]] = t
							w.body(n.Body, info)
						}
					}
					return false
				}
			}
		case *ast.AssignStmt:
			// fs.Lookup("x").NoOptDefVal = "true"
			for i, l := range n.Lhs {
				if sel, ok := l.(*ast.SelectorExpr); ok && sel.Sel.Name == "NoOptDefVal" && i < len(n.Rhs) {
					if c, ok := sel.X.(*ast.CallExpr); ok && len(c.Args) > 0 {
						if f := w.flags[name(c.Args[0], info)]; f != nil {
							f.Bool = true
						}
					}
				}
			}
		}
		return true
	})
}

func name(e ast.Expr, info *types.Info) string {
	if tv, ok := info.Types[e]; ok && tv.Value != nil && tv.Value.Kind() == constant.String {
		return constant.StringVal(tv.Value)
	}
	return ""
}

// list gives the elements of a literal, or of the package variable that holds one.
func list(e ast.Expr, info *types.Info) []ast.Expr {
	switch e := e.(type) {
	case *ast.CompositeLit:
		return e.Elts
	case *ast.Ident:
		v := info.Uses[e]
		if v == nil {
			return nil
		}
		for _, file := range syntax[v.Pkg()] {
			for _, d := range file.Decls {
				if g, ok := d.(*ast.GenDecl); ok {
					for _, s := range g.Specs {
						if s, ok := s.(*ast.ValueSpec); ok && len(s.Values) == 1 && infos[v.Pkg()].Defs[s.Names[0]] == v {
							return list(s.Values[0], info)
						}
					}
				}
			}
		}
	}
	return nil
}

// text is name, and also follows bound parameters and fmt.Sprintf("audit-%s-mode", plugin).
func (w *walk) text(e ast.Expr, info *types.Info) string {
	if t := name(e, info); t != "" {
		return t
	}
	switch e := e.(type) {
	case *ast.Ident:
		return w.bound[info.Uses[e]]
	case *ast.BinaryExpr:
		if a, b := w.text(e.X, info), w.text(e.Y, info); e.Op == token.ADD && a != "" && b != "" {
			return a + b
		}
	case *ast.CallExpr:
		if types.ExprString(e.Fun) == "fmt.Sprintf" && len(e.Args) == 2 {
			if format, value := name(e.Args[0], info), w.text(e.Args[1], info); format != "" && value != "" {
				return strings.ReplaceAll(format, "%s", value)
			}
		}
	}
	return ""
}

func (w *walk) add(flagName string) *flag {
	flagName = strings.ReplaceAll(flagName, "_", "-")
	f := w.flags[flagName]
	if f == nil {
		f = &flag{}
		w.flags[flagName] = f
	}
	return f
}

func (w *walk) call(c *ast.CallExpr, info *types.Info) {
	var callee *types.Func
	method := ""
	var receiver types.Type
	switch fun := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		callee, _ = info.Uses[fun].(*types.Func)
		method = fun.Name
	case *ast.SelectorExpr:
		callee, _ = info.Uses[fun.Sel].(*types.Func)
		method = fun.Sel.Name
		if sel := info.Selections[fun]; sel != nil {
			receiver = sel.Recv()
		}
	}
	if receiver != nil && isFlagSet(receiver) && registers.MatchString(method) {
		w.register(c, method, info)
		return
	}
	if receiver != nil && isFlagSet(receiver) {
		switch method {
		case "MarkDeprecated":
			if len(c.Args) == 2 {
				if f := w.flags[strings.ReplaceAll(w.text(c.Args[0], info), "_", "-")]; f != nil {
					f.Deprecated = orElse(name(c.Args[1], info), "deprecated")
				}
			}
		case "AddFlag":
			if inner, ok := c.Args[0].(*ast.CallExpr); ok && len(inner.Args) == 1 {
				if n := name(inner.Args[0], info); n != "" {
					w.add(n).Bool = n == "version"
				}
			}
		}
	}
	if regexp.MustCompile(`^(pflagR|r|R)egister(Deprecated)?$`).MatchString(method) && w.handed(c, info) {
		var texts []string
		for _, a := range c.Args {
			if t := name(a, info); t != "" {
				texts = append(texts, t)
			}
		}
		if len(texts) > 0 {
			f := w.add(texts[0])
			f.Bool = cadvisorSwitches.MatchString(texts[0])
			if len(texts) > 1 {
				f.Deprecated = texts[1]
			}
		}
	}
	if callee == nil || callee.Pkg() == nil {
		return
	}
	if receiver != nil && isFlagSet(receiver) || callee.Pkg().Path() == "flag" || callee.Pkg().Path() == "github.com/spf13/pflag" {
		return
	}
	if !telling.MatchString(callee.Name()) && !w.handed(c, info) {
		return
	}
	if strings.HasSuffix(callee.Pkg().Path(), "/klogflags") {
		// It takes these two of klog's flags and leaves the others.
		w.add("v").Short = "v"
		w.add("vmodule")
		return
	}
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		args[i] = w.text(a, info)
	}
	if callee.FullName() == "k8s.io/component-base/logs.AddFlags" {
		// It copies a flag set that the package fills when it is loaded.
		w.packageInit(callee.Pkg())
	}
	if decls[callee] != nil {
		w.function(callee, args)
		return
	}
	// A method of an interface: what implements it lies in the same package.
	for fn := range decls {
		if fn.Pkg() == callee.Pkg() && fn.Name() == callee.Name() && fn.Type().(*types.Signature).Recv() != nil {
			w.function(fn, args)
		}
	}
}

// handed says whether a call passes a flag set on.
func (w *walk) handed(c *ast.CallExpr, info *types.Info) bool {
	for _, a := range c.Args {
		if tv, ok := info.Types[a]; ok && tv.Type != nil && isFlagSet(tv.Type) {
			return true
		}
	}
	return false
}

func (w *walk) packageInit(p *types.Package) {
	for _, file := range syntax[p] {
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				w.body(fn.Body, infos[p])
			}
		}
	}
}

// register notes fs.StringVarP(&x, "name", "n", …, "usage"): the first constant text is the name.
func (w *walk) register(c *ast.CallExpr, method string, info *types.Info) {
	var texts []string
	at := -1
	for i, a := range c.Args {
		if t := w.text(a, info); t != "" {
			if at < 0 {
				at = i
			}
			texts = append(texts, t)
		} else if at >= 0 {
			texts = append(texts, "")
		}
	}
	if at < 0 || at > 1 {
		fmt.Fprintf(os.Stderr, "%s: the name of a flag is not constant\n", fset.Position(c.Pos()))
		return
	}
	f := w.add(texts[0])
	if strings.HasPrefix(method, "Bool") || strings.HasPrefix(method, "Count") {
		f.Bool = true
	}
	if strings.HasSuffix(method, "P") && method != "IP" && len(texts) > 1 {
		f.Short = texts[1]
	}
	if i := strings.Index(texts[len(texts)-1], "DEPRECATED: "); i >= 0 && i < 12 {
		f.Deprecated = texts[len(texts)-1][i+12:]
	}
}

func orElse(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// gatesOf reads map literals of feature specs: {Feature: {Default: true, PreRelease: featuregate.GA}} and, since 1.31,
// {Feature: {{Version: …, Default: …}, …}}, whose last element is the newest.
func gatesOf(p *types.Package, out map[string]gate) {
	info := infos[p]
	for _, file := range syntax[p] {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			m, ok := lit.Type.(*ast.MapType)
			if !ok {
				return true
			}
			value := types.ExprString(m.Value)
			if !strings.HasSuffix(value, "FeatureSpec") && !strings.HasSuffix(value, "VersionedSpecs") {
				return true
			}
			for _, e := range lit.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				n := name(kv.Key, info)
				if n == "" {
					fmt.Fprintf(os.Stderr, "%s: the name of a feature gate is not constant\n", fset.Position(kv.Pos()))
					continue
				}
				spec, _ := kv.Value.(*ast.CompositeLit)
				if spec != nil && len(spec.Elts) > 0 {
					if last, ok := spec.Elts[len(spec.Elts)-1].(*ast.CompositeLit); ok {
						spec = last
					}
				}
				g := gate{}
				if spec != nil {
					for _, f := range spec.Elts {
						kv, ok := f.(*ast.KeyValueExpr)
						if !ok {
							continue
						}
						text := types.ExprString(kv.Value)
						switch types.ExprString(kv.Key) {
						case "Default":
							g.Default = text == "true"
						case "LockToDefault":
							g.Locked = text == "true"
						case "PreRelease":
							g.Stage = text[strings.LastIndex(text, ".")+1:]
						}
					}
				}
				out[n] = g
			}
			return true
		})
	}
}

// cobra adds what a command has without asking: the kubelet parses its command line itself, the others leave it to cobra,
// which also takes pflag.CommandLine (--version), and to component-base's cli.Run, which adds the log flags.
func (w *walk) cobra(component string) {
	w.add("help").Bool, w.add("help").Short = true, "h"
	w.add("version").Bool = true
	if p, err := (importer{}).Import("k8s.io/component-base/logs"); err == nil {
		if fn, ok := p.Scope().Lookup("AddFlags").(*types.Func); ok {
			w.packageInit(p)
			w.function(fn, nil)
		}
	}
	modules, _ := os.ReadFile(filepath.Join(roots["k8s.io/kubernetes"], "go.mod"))
	if component == "kube-proxy" && strings.Contains(string(modules), "github.com/google/cadvisor ") {
		// kube-proxy adds the standard library's flag set, in which the linked parts of cadvisor register these.
		w.add("boot-id-file")
		w.add("machine-id-file")
	}
}

func main() {
	if err := json.NewDecoder(os.Stdin).Decode(&roots); err != nil {
		panic(err)
	}
	result := answer{Components: map[string]map[string]*flag{}, Gates: map[string]gate{}}
	for component, entry := range entries {
		p, _ := importer{}.Import(entry[0])
		w := &walk{flags: map[string]*flag{}, seen: map[string]bool{}}
		fn, ok := p.Scope().Lookup(entry[1]).(*types.Func)
		if !ok {
			panic(entry[0] + "." + entry[1])
		}
		w.function(fn, nil)
		if component != "kubelet" {
			w.cobra(component)
		}
		result.Components[component] = w.flags
	}
	for _, importPath := range []string{
		"k8s.io/kubernetes/pkg/features", "k8s.io/apiserver/pkg/features", "k8s.io/apiextensions-apiserver/pkg/features",
		"k8s.io/kube-aggregator/pkg/features", "k8s.io/controller-manager/pkg/features", "k8s.io/cloud-provider/pkg/features",
		"k8s.io/client-go/features", "k8s.io/component-base/logs/api/v1", "k8s.io/component-base/metrics/features",
		"k8s.io/component-base/zpages/features", "k8s.io/component-base/featuregate", "k8s.io/component-base/logs",
	} {
		if p, err := (importer{}).Import(importPath); err == nil && infos[p] != nil {
			gatesOf(p, result.Gates)
		}
	}
	// Which plugins there are is one list of package constants.
	if p, err := (importer{}).Import("k8s.io/kubernetes/pkg/kubeapiserver/options"); err == nil {
		for _, file := range syntax[p] {
			for _, d := range file.Decls {
				if g, ok := d.(*ast.GenDecl); ok {
					for _, s := range g.Specs {
						if v, ok := s.(*ast.ValueSpec); ok && len(v.Names) == 1 && v.Names[0].Name == "AllOrderedPlugins" {
							for _, e := range v.Values[0].(*ast.CompositeLit).Elts {
								if n := name(e, infos[p]); n != "" {
									result.Plugins = append(result.Plugins, n)
								} else {
									fmt.Fprintf(os.Stderr, "%s: the name of a plugin is not constant\n", fset.Position(e.Pos()))
								}
							}
						}
					}
				}
			}
		}
	}
	sort.Strings(result.Plugins)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(result); err != nil {
		panic(err)
	}
}
