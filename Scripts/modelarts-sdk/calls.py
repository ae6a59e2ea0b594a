"""Huawei's own Python SDK as a client of the deployment API: makes one call of each kind, and prints a line of JSON for
each: what it has signed, what it has sent, and what came.

    calls.py URL PROJECT AK SK

Needs huaweicloudsdkcore and huaweicloudsdkmodelarts. A last call is changed after it was signed.
"""
import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.signer import signer
from huaweicloudsdkmodelarts import v1

signed = {}
tamper = False
canonical = signer.Signer._process_canonical_request
sign = signer.Signer.sign


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def recorded_canonical(self, request, signed_headers):
    result = canonical(self, request, signed_headers)
    signed["canonical_request"] = result
    return result


def recorded_sign(self, request):
    result = sign(self, request)
    signed.update(
        method=result.method, host=result.host, uri=result.uri, headers=dict(result.header_params),
        body=text(result.body) if result.body else "")
    if tamper:
        result.body = signed["body"].replace("sdk-service", "sdk-servant")
    return result


signer.Signer._process_canonical_request = recorded_canonical
signer.Signer.sign = recorded_sign


def call(name, work):
    signed.clear()
    record = {"call": name}
    result = None
    try:
        result = work()
        record["status"] = result.status_code
    except ServiceResponseException as error:
        record.update(status=error.status_code, code=error.error_code, message=error.error_msg)
    record.update(signed)
    print(json.dumps(record), flush=True)
    return result


def service():
    return v1.ServiceCreateRequest(
        name="sdk-service", version="1.0.0", description="", type="REAL_TIME", deploy_type="SINGLE",
        custom_metrics_path="", deploy_timeout_minutes=60,
        group_configs=[v1.GroupConfig(
            name="sdk-service", weight=100, count=1, framework="COMMON", unit_configs=[v1.UnitConfig(
                image=v1.ImageInfo(source="SWR", swr_path="swr.example.com/org/vllm:1"),
                flavor="modelarts.bm.npu.arm.1snt9b", role="COMMON", count=1, port=8080, npu_reset_enable=False,
                recovery="Pod", envs={"MODE": "今天"})])],
        runtime_config=v1.RuntimeConfigCreateRequest(
            service_invoke=v1.ServiceInvokeCreateRequest(
                port=8080, protocol="HTTP", auth_type="TOKEN", internet_access_enable=True),
            service_limit=v1.ServiceLimit(
                request_size_limit=12, request_timeout=300, rate_limit=v1.RateLimit(num=10000, unit="SECONDS"))))


def main():
    global tamper
    url, project, access, secret = sys.argv[1:5]
    client = (v1.ModelArtsClient.new_builder()
              .with_http_config(HttpConfig(timeout=(60, 60)))
              .with_credentials(BasicCredentials(access, secret, project))
              .with_endpoint(url).build())
    created = call("create", lambda: client.create_infer_service(v1.CreateInferServiceRequest(body=service())))
    key = created.id
    call("show", lambda: client.show_infer_service(v1.ShowInferServiceRequest(service_id=key)))
    call("list", lambda: client.list_infer_services(v1.ListInferServicesRequest(name="sdk", limit=100, offset=0)))
    call("deployments", lambda: client.list_infer_deployments(
        v1.ListInferDeploymentsRequest(service_id=key, limit=100, offset=0)))
    call("events", lambda: client.list_infer_service_events(
        v1.ListInferServiceEventsRequest(service_id=key, event_type="NORMAL", limit=100, offset=0)))
    call("flavors", lambda: client.list_infer_cluster_flavors(
        v1.ListInferClusterFlavorsRequest(flavor_type="ASCEND", limit=100, offset=0)))
    call("stop", lambda: client.stop_infer_service(v1.StopInferServiceRequest(service_id=key)))
    call("start of what is not stopped", lambda: client.start_infer_service(
        v1.StartInferServiceRequest(service_id=key)))
    call("keys", lambda: client.list_infer_api_keys(v1.ListInferApiKeysRequest(limit=100, offset=0)))
    call("delete", lambda: client.batch_delete_infer_services(
        v1.BatchDeleteInferServicesRequest(body=v1.DeleteServicesRequest(service_ids=[key]))))
    tamper = True
    call("tampered", lambda: client.create_infer_service(v1.CreateInferServiceRequest(body=service())))


main()
