import HTTPTypes
import NPUBase
import NPUModelArts
import NPUServices
import NPUSimulator
import NPUTransport
import Synchronization
import TestSupport
import Testing

/// The client against a twin that shares no code with it, behind the gateway that checks signatures.
@Suite("The deployment API of ModelArts")
struct DeploymentAPITests {
  private static let project = "0123456789abcdef0123456789abcdef"

  private static func behaviour(_ change: (inout GatewayBehaviour) -> Void = { _ in }) -> Behaviour {
    Behaviour(outputTokens: 3).with { behaviour in
      var gateway = GatewayBehaviour()
      gateway.accessKeys = ["AKAKAKAKAKAK": "secret-key-of-the-account"]
      change(&gateway)
      behaviour.gateway = gateway
    }
  }

  private static func client(
    _ simulator: Simulator, secret: Secret = "secret-key-of-the-account", dialect: SigningDialect = .sdk
  ) throws -> ModelArtsClient {
    let key = AccessKey("AKAKAKAKAKAK", secret, project: project)
    return ModelArtsClient(
      try Service(simulator.baseURL, authentication: .akSK(key, dialect: dialect)), project: project)
  }

  private static func service(_ name: String = "qwen2-7b") -> RealTimeService {
    RealTimeService(name: name, image: "swr.example.com/org/vllm:1", flavor: "modelarts.bm.npu.arm.1snt9b")
  }

  private static let quick = PollingPolicy.every(.milliseconds(1), deadline: .seconds(600))

  @Test("deploys a service, shows it, stops it, starts it and deletes it", arguments: SigningDialect.allCases)
  func life(dialect: SigningDialect) async throws {
    try await withSimulator(behaviour: Self.behaviour()) { simulator in
      let client = try Self.client(simulator, dialect: dialect)
      let looks = Mutex<[String]>([])
      let running = try await client.deploy(Self.service(), policy: Self.quick) { look in
        looks.withLock { $0.append(look.status.rawValue) }
      }
      #expect(running.status == .running && looks.withLock { $0 } == ["DEPLOYING", "RUNNING"])
      #expect(running.url?.hasSuffix("/v1/infers/\(running.id)") == true && running.access == "TOKEN")
      #expect(running.version == "1.0.0" && running.name == "qwen2-7b")
      #expect(try await client.services().map(\.id) == [running.id])
      #expect(try await client.services(name: "other").isEmpty)
      #expect(try await client.services(status: .running).count == 1)
      #expect(try await client.services(status: .stopped).isEmpty)
      let deployment = try #require(try await client.deployments(of: running.id).first)
      #expect(deployment.status == .running && deployment.weight == 100)
      #expect(try await client.stop(running.id).status == .stopping)
      #expect(try await client.wait(for: running.id, until: .stopped, policy: Self.quick).url == nil)
      _ = try await client.start(running.id)
      _ = try await client.wait(for: running.id, until: .running, policy: Self.quick)
      let events = try await client.events(of: running.id)
      #expect(events.first?.message.contains("RUNNING") == true && events.first?.type == "NORMAL")
      #expect(try await client.events(of: running.id, type: "ABNORMAL").isEmpty)
      try await client.delete([running.id])
      try await client.waitUntilDeleted(running.id, policy: Self.quick)
      #expect(try await client.services().isEmpty)
      let error = await #expect(throws: ServiceError.self) { try await client.service(running.id) }
      #expect(error?.status == 404)
    }
  }

  @Test("is asked for the endpoint and the scaling policy of a description")
  func parts() async throws {
    try await withSimulator(behaviour: Self.behaviour()) { simulator in
      let client = try Self.client(simulator)
      var service = Self.service()
      service.channel = .vpc("vpc-1", subnet: "subnet-1")
      service.instances = 1...4
      let running = try await client.deploy(service, policy: Self.quick)
      #expect(running.addresses.map(\.type) == ["INTERNAL"])
      #expect(running.url?.contains("vpc-1") == true)
      let deployment = try #require(try await client.deployments(of: running.id).first)
      let path = "/v2/\(Self.project)/services/\(running.id)/deployments/\(deployment.id)/hpa"
      let scale = try await client.api.response(to: try client.api.request(.get, path))
      let document = try JSONValue(reading: scale.body)
      #expect(document["min_replicas"] == 1 && document["max_replicas"] == 4)
    }
  }

  @Test("says why a service was not deployed, in the service's words and its events'")
  func failure() async throws {
    let reason = "no node of the flavor is free"
    try await withSimulator(behaviour: Self.behaviour { $0.deploymentFailure = reason }) { simulator in
      let client = try Self.client(simulator)
      let error = await #expect(throws: ModelArtsError.self) {
        try await client.deploy(Self.service(), policy: Self.quick)
      }
      #expect(error?.kind == .serviceFailed && error?.message.contains(reason) == true, "\(error?.message ?? "")")
      #expect(error?.message.contains("FAILED") == true)
    }
  }

  @Test("is not waited for beyond the deadline, and the error says what was seen last")
  func deadline() async throws {
    try await withSimulator(behaviour: Self.behaviour { $0.deploymentLooks = 1_000_000 }) { simulator in
      let client = try Self.client(simulator)
      let error = await #expect(throws: ModelArtsError.self) {
        try await client.deploy(Self.service(), policy: .every(.milliseconds(1), deadline: .milliseconds(20)))
      }
      #expect(error?.kind == .waitEnded && error?.message.contains("DEPLOYING") == true, "\(error?.message ?? "")")
      let id = try #require(try await client.services().first?.id)
      let other = await #expect(throws: ModelArtsError.self) {
        try await client.waitUntilDeleted(id, policy: .every(.milliseconds(1), deadline: .milliseconds(20)))
      }
      #expect(other?.kind == .waitEnded)
    }
  }

  @Test("goes on after looks that fail for a while, and not after a refusal")
  func interruptions() async throws {
    let running = #"{"id":"s","name":"n","status":"RUNNING"}"#
    let replies: [(Int, String)] = [
      (503, "busy"), (200, #"{"id":"s","status":"DEPLOYING"}"#), (502, ""), (200, running),
    ]
    let asked = Mutex(0)
    let transport = ScriptedTransport { _ in
      let index = asked.withLock { count in
        defer { count += 1 }
        return count
      }
      let (status, body) = replies.indices.contains(index) ? replies[index] : (403, "no")
      return [
        .head(.init(status: .init(code: status), headerFields: [.contentType: "application/json"])),
        .body(Array(body.utf8)),
      ]
    }
    let api = Service(try ServiceConfiguration("http://h"), transport: transport)
    let client = ModelArtsClient(api, project: "p")
    #expect(try await client.wait(for: "s", until: .running).status == .running)
    #expect(asked.withLock { $0 } == 4)
    let error = await #expect(throws: ServiceError.self) { try await client.wait(for: "s", until: .running) }
    #expect(error?.status == 403 && asked.withLock { $0 } == 5)
  }

  @Test("lists what nodes can have, and every page of a list")
  func lists() async throws {
    try await withSimulator(behaviour: Self.behaviour { $0.deploymentLooks = 0 }) { simulator in
      let client = try Self.client(simulator)
      let flavors = try await client.flavors("ASCEND")
      #expect(flavors.count == 2 && flavors.allSatisfy { $0.category == "ASCEND" && $0.npus != nil })
      #expect(try await client.flavors().count == 3)
      for number in 0..<101 { _ = try await client.create(Self.service("s-\(number)")) }
      #expect(Set(try await client.services().map(\.name)).count == 101)
      #expect(try await client.services(limit: 7).count == 7)
    }
  }

  @Test("makes, binds and deletes keys, and shows a key once")
  func keys() async throws {
    try await withSimulator(behaviour: Self.behaviour()) { simulator in
      let client = try Self.client(simulator)
      let id = try await client.create(Self.service()).id
      let key = try await client.createKey("tests", scope: .service)
      #expect(key.reveal().contains("sk-"))
      let listed = try #require(try await client.keys().first)
      #expect(listed.name == "tests" && listed.scope == "SERVICE" && listed.services.isEmpty)
      try await client.bind(listed.id, to: id)
      #expect(try await client.keys(of: id).first?.services == [id])
      try await client.unbind(listed.id, from: id)
      #expect(try await client.keys(of: id).isEmpty)
      try await client.deleteKey(listed.id)
      #expect(try await client.keys().isEmpty)
    }
  }

  @Test("refuses what breaks its rules, and who is not known")
  func refusals() async throws {
    try await withSimulator(behaviour: Self.behaviour()) { simulator in
      let client = try Self.client(simulator)
      let wrong = RealTimeService(name: "a", image: "swr.example.com/org/vllm:1", flavor: "none")
      let rule = await #expect(throws: ServiceError.self) { try await client.create(wrong) }
      #expect(rule?.status == 400 && rule?.message.contains("flavor none") == true, "\(rule?.message ?? "")")
      _ = try await client.create(Self.service())
      let twice = await #expect(throws: ServiceError.self) { try await client.create(Self.service()) }
      #expect(twice?.status == 409 && twice?.code?.hasPrefix("ModelArts.") == true)
      let stranger = try Self.client(simulator, secret: "another-secret-key")
      let refused = await #expect(throws: ServiceError.self) { try await stranger.services() }
      #expect(refused?.status == 401 && refused?.code == "APIG.0301")
      // Services of another project are not there.
      let other = ModelArtsClient(client.api, project: "another")
      #expect(try await other.services().isEmpty)
    }
  }

  @Test(
    "of any answer says what is wrong with it",
    arguments: ["[]", "{}", #"{"data":7}"#, "<html>", "", #"{"data":[{}]}"#])
  func hostile(body: String) async throws {
    let transport = ScriptedTransport { _ in
      [.head(.init(status: .ok, headerFields: [.contentType: "application/json"])), .body(Array(body.utf8))]
    }
    let client = ModelArtsClient(
      Service(try ServiceConfiguration("http://h"), transport: transport), project: "p")
    await #expect(throws: ServiceError.self) { try await client.services() }
    await #expect(throws: ServiceError.self) { try await client.service("s") }
  }
}
