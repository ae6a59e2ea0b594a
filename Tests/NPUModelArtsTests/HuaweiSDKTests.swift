import Foundation
import NPUBase
import NPUModelArts
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

/// Huawei's SDK for Python asks the simulated gateway, and our client the same: see `Scripts/compare-modelarts-sdk.sh`.
///
/// `NPUTESTKIT_MODELARTS_SDK` names a Python that has `huaweicloudsdkmodelarts`.
@Suite("Beside Huawei's own SDK", .enabled(if: EnvironmentVariable.value("NPUTESTKIT_MODELARTS_SDK") != nil))
struct HuaweiSDKTests {
  private static let project = "0123456789abcdef0123456789abcdef"
  private static let key = (access: "AKAKAKAKAKAK", secret: "secret-key-of-the-account")

  private static let behaviour = Behaviour(outputTokens: 3).with { behaviour in
    var gateway = GatewayBehaviour()
    gateway.accessKeys = [key.access: key.secret]
    behaviour.gateway = gateway
  }

  /// One call of the SDK, as `Scripts/modelarts-sdk/calls.py` tells it.
  private struct Call: Decodable {
    var call: String
    var status: Int
    var code: String?
    var method: String
    var host: String
    var uri: String
    var headers: [String: String]
    var body: String
    var canonical_request: String

    /// The header fields that were signed.
    var fields: [SignableRequest.Field] {
      headers.filter { $0.key != "Authorization" }.map { .init($0.key, $0.value) }
    }

    /// The signature that we make of its header fields and body, for a request line.
    func signature(method: String, target: String) throws -> RequestSignature {
      let sides = target.split(separator: "?", maxSplits: 1).map(String.init)
      let request = SignableRequest(
        method: method, host: host, path: sides[0], query: sides.count > 1 ? sides[1] : "", fields: fields,
        payload: body.isEmpty ? .empty : PayloadDigest.payload(of: Array(body.utf8)))
      let date = try SigningDate(try #require(headers["X-Sdk-Date"]))
      let key = AccessKey(Secret(HuaweiSDKTests.key.access), Secret(HuaweiSDKTests.key.secret))
      return try RequestSigner(key: key, date: date, dialect: .sdk).sign(request)
    }
  }

  private static func calls(at simulator: Simulator) async throws -> [Call] {
    let python = try #require(EnvironmentVariable.value("NPUTESTKIT_MODELARTS_SDK"))
    let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let folder = try TemporaryFolder()
    let output = folder.file("calls.jsonl")
    _ = try folder.write("", to: "calls.jsonl")
    let errors = folder.file("errors")
    _ = try folder.write("", to: "errors")
    let end = try await ChildProcess(
      "/usr/bin/env",
      [
        python, root.appending(path: "Scripts/modelarts-sdk/calls.py").path, simulator.baseURL, project, key.access,
        key.secret,
      ], output: FileHandle(forWritingTo: URL(filePath: output)),
      errors: FileHandle(forWritingTo: URL(filePath: errors))
    ).ended()
    let complaints = try folder.text("errors")
    #expect(end.status == 0, "\(complaints.suffix(2000))")
    return try folder.text("calls.jsonl").split(separator: "\n").map {
      try JSONDecoder().decode(Call.self, from: Data($0.utf8))
    }
  }

  @Test("its requests pass the simulated gateway, one that was changed does not, and ours are the same")
  func same() async throws {
    let theirs = try await withSimulator(behaviour: Self.behaviour) { try await Self.calls(at: $0) }
    #expect(theirs.count == 11)
    for call in theirs {
      switch call.call {
      case "tampered": #expect(call.status == 401 && call.code == "APIG.0301", "\(call)")
      case "start of what is not stopped": #expect(call.status == 409 && call.code == "ModelArts.0409", "\(call)")
      default: #expect(call.status == 200, "\(call)")
      }
      let signature = try call.signature(method: call.method, target: call.uri)
      #expect(signature.canonicalRequest == call.canonical_request)
      #expect(signature.authorization == call.headers["Authorization"])
    }
    let ours = try await withSimulator(behaviour: Self.behaviour) { simulator in
      try await Self.ask(simulator)
      return simulator.requests
    }
    #expect(ours.count == theirs.count - 1)
    for (request, call) in zip(ours, theirs) {
      // Identities are those of a fresh simulator, and so the same.
      let signature = try call.signature(method: request.method, target: request.path)
      #expect(signature.canonicalRequest == call.canonical_request, "\(call.call): \(request.method) \(request.path)")
      #expect(request.body.isEmpty == call.body.isEmpty, "\(call.call)")
      if !call.body.isEmpty {
        #expect(try JSONValue(reading: request.body) == JSONValue(reading: Array(call.body.utf8)), "\(call.call)")
      }
    }
  }

  /// The same calls by our client.
  private static func ask(_ simulator: Simulator) async throws {
    let key = AccessKey(Secret(key.access), Secret(key.secret), project: project)
    let client = ModelArtsClient(
      try Service(simulator.baseURL, authentication: .akSK(key, dialect: .sdk)), project: project)
    var service = RealTimeService(
      name: "sdk-service", image: "swr.example.com/org/vllm:1", flavor: "modelarts.bm.npu.arm.1snt9b")
    service.unit.restart = .pod
    service.unit.environment = ["MODE": "今天"]
    let id = try await client.create(service).id
    _ = try await client.service(id)
    _ = try await client.services(name: "sdk")
    _ = try await client.deployments(of: id)
    _ = try await client.events(of: id, type: "NORMAL")
    _ = try await client.flavors("ASCEND")
    _ = try await client.stop(id)
    let error = await #expect(throws: ServiceError.self) { try await client.start(id) }
    #expect(error?.status == 409)
    _ = try await client.keys()
    try await client.delete([id])
  }
}
