// Asks the kubelet's own code what podlint's kubelet room predicts. Reads questions, a JSON object a line, and writes each
// with its answer. Runs inside a module that has k8s.io/kubernetes (the oracle's go.mod will do):
//
//	go run -mod=mod kubelet.go < questions.jsonl > answers.jsonl
//
// Questions, by the field that they have:
//
//	{"image": "nginx:1"}                                    how the name is parsed
//	{"secret": {"type", "key", "text"}, "for": "ghcr.io/a"} for how many entries credentials would be offered, or the error
//	{"expand": "$(A)", "values": {"A": "1"}}                the text after expansion
//	{"service": {…}}                                        the variables for a Service
//	{"port": "http", "container": {…}}                      the port a probe would ask, or the error
//	{"argv": ["--x"]}                                       how the kubelet parses its command line
//	{"gates": {"X": true}}                                  whether the feature gates can be set so
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/distribution/reference"
	"github.com/spf13/pflag"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/cmd/kubelet/app/options"
	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/credentialprovider/secrets"
	"k8s.io/kubernetes/pkg/kubelet/envvars"
	"k8s.io/kubernetes/pkg/probe"
	"k8s.io/kubernetes/pkg/util/parsers"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

type question struct {
	Image  *string `json:"image,omitempty"`
	Secret *struct {
		Type string `json:"type"`
		Key  string `json:"key"`
		Text string `json:"text"`
	} `json:"secret,omitempty"`
	For       string              `json:"for,omitempty"`
	Expand    *string             `json:"expand,omitempty"`
	Values    map[string]string   `json:"values,omitempty"`
	Service   *v1.Service         `json:"service,omitempty"`
	Port      *intstr.IntOrString `json:"port,omitempty"`
	Container *v1.Container       `json:"container,omitempty"`
	Argv      []string            `json:"argv,omitempty"`
	Gates     map[string]bool     `json:"gates,omitempty"`
}

func answer(q question) any {
	says := func(err error) any { return map[string]string{"says": err.Error()} }
	switch {
	case q.Image != nil:
		named, err := reference.ParseNormalizedNamed(*q.Image)
		if err != nil {
			// applyDefaultImageTag is not exported; its words are these.
			_, _, _, err := parsers.ParseImageName(*q.Image)
			return says(fmt.Errorf("Failed to apply default image tag %q: %v", *q.Image, err))
		}
		out := map[string]string{"registry": reference.Domain(named), "repository": reference.Path(named), "familiar": reference.FamiliarName(named)}
		if tagged, ok := named.(reference.Tagged); ok {
			out["tag"] = tagged.Tag()
		}
		if digested, ok := named.(reference.Digested); ok {
			out["digest"] = digested.Digest().String()
		}
		return out
	case q.Secret != nil:
		secret := v1.Secret{Type: v1.SecretType(q.Secret.Type), Data: map[string][]byte{q.Secret.Key: []byte(q.Secret.Text)}}
		keyring, err := secrets.MakeDockerKeyring([]v1.Secret{secret}, &credentialprovider.BasicDockerKeyring{})
		if err != nil {
			return says(err)
		}
		repository, _, _, err := parsers.ParseImageName(q.For)
		if err != nil {
			return says(err)
		}
		found, _ := keyring.Lookup(repository)
		return len(found)
	case q.Expand != nil:
		return expansion.Expand(*q.Expand, expansion.MappingFuncFor(q.Values))
	case q.Service != nil:
		out := map[string]string{}
		for _, variable := range envvars.FromServices([]*v1.Service{q.Service}) {
			out[variable.Name] = variable.Value
		}
		return out
	case q.Port != nil:
		port, err := probe.ResolveContainerPort(*q.Port, q.Container)
		if err != nil {
			return says(err)
		}
		return port
	case q.Argv != nil:
		flags := pflag.NewFlagSet("kubelet", pflag.ContinueOnError)
		flags.SetNormalizeFunc(cliflag.WordSepNormalizeFunc)
		flags.SetOutput(io.Discard)
		options.NewKubeletFlags().AddFlags(flags)
		config, err := options.NewKubeletConfiguration()
		if err != nil {
			panic(err)
		}
		options.AddKubeletConfigFlags(flags, config)
		options.AddGlobalFlags(flags)
		flags.BoolP("help", "h", false, "")
		if err := flags.Parse(q.Argv); err != nil {
			return says(err)
		}
		if err := utilfeature.DefaultMutableFeatureGate.DeepCopy().SetFromMap(config.FeatureGates); err != nil {
			return says(err)
		}
		return "ok"
	case q.Gates != nil:
		if err := utilfeature.DefaultMutableFeatureGate.DeepCopy().SetFromMap(q.Gates); err != nil {
			return says(err)
		}
		return "ok"
	}
	return nil
}

func main() {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for lines.Scan() {
		var raw map[string]json.RawMessage
		var q question
		if err := json.Unmarshal(lines.Bytes(), &raw); err != nil {
			panic(err)
		}
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			panic(err)
		}
		said, _ := json.Marshal(answer(q))
		raw["answer"] = said
		if err := encoder.Encode(raw); err != nil {
			panic(err)
		}
	}
}
