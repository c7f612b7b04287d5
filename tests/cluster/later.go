package controlplane

// Four APIs have a later version than Kubernetes 1.20 serves, of the same form as its last beta. `build` puts this file beside the API server's own, and has
// it called for each group: the later version gets the beta's types and storage.

import (
	"strings"

	autoscaling "k8s.io/api/autoscaling/v2beta2"
	batch "k8s.io/api/batch/v1beta1"
	discovery "k8s.io/api/discovery/v1beta1"
	policy "k8s.io/api/policy/v1beta1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

type laterVersion struct {
	schema.GroupVersion
	beta     string
	resource string
	types    []runtime.Object
}

var laterVersions = []laterVersion{
	{schema.GroupVersion{Group: "autoscaling", Version: "v2"}, "v2beta2", "horizontalpodautoscalers",
		[]runtime.Object{&autoscaling.HorizontalPodAutoscaler{}, &autoscaling.HorizontalPodAutoscalerList{}}},
	{schema.GroupVersion{Group: "batch", Version: "v1"}, "v1beta1", "cronjobs",
		[]runtime.Object{&batch.CronJob{}, &batch.CronJobList{}}},
	{schema.GroupVersion{Group: "discovery.k8s.io", Version: "v1"}, "v1beta1", "endpointslices",
		[]runtime.Object{&discovery.EndpointSlice{}, &discovery.EndpointSliceList{}}},
	{schema.GroupVersion{Group: "policy", Version: "v1"}, "v1beta1", "poddisruptionbudgets",
		[]runtime.Object{&policy.PodDisruptionBudget{}, &policy.PodDisruptionBudgetList{}}},
}

func init() {
	for _, later := range laterVersions {
		legacyscheme.Scheme.AddKnownTypes(later.GroupVersion, later.types...)
		meta.AddToGroupVersion(legacyscheme.Scheme, later.GroupVersion)
	}
}

func serveLaterVersions(group string, info *genericapiserver.APIGroupInfo) {
	for _, later := range laterVersions {
		if later.Group != group {
			continue
		}
		served := info.VersionedResourcesStorageMap[later.Version]
		if served == nil {
			served = map[string]rest.Storage{}
			info.VersionedResourcesStorageMap[later.Version] = served
		}
		for name, storage := range info.VersionedResourcesStorageMap[later.beta] {
			if name == later.resource || strings.HasPrefix(name, later.resource+"/") {
				served[name] = storage
			}
		}
	}
}
