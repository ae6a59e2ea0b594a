import NPUSimulator
import NPUTestKit
import Testing

@Suite("modelarts-check service")
struct ModelArtsServiceTests {
  private static let behaviour: Behaviour = {
    var behaviour = Behaviour()
    var gateway = GatewayBehaviour()
    gateway.accessKeys = ["AKAKAKAKAKAK": "secret-key-of-the-account"]
    gateway.deploymentLooks = 1
    behaviour.gateway = gateway
    return behaviour
  }()

  private static let description = [
    "--name", "qwen2-7b", "--image", "swr.example.com/org/vllm:1", "--flavor", "modelarts.bm.npu.arm.1snt9b",
  ]

  private static func run(
    _ simulator: Simulator, _ arguments: [String], secret: String = "secret-key-of-the-account"
  ) async throws -> Example.End {
    let ending = try await Example.run(
      "modelarts-check",
      ["service"] + arguments + [
        "--url", simulator.baseURL, "--project", "0123456789abcdef0123456789abcdef", "--auth", "ak-sk", "--ak",
        "AKAKAKAKAKAK", "--sk", "env:SK_OF_TEST",
      ], environment: ["SK_OF_TEST": secret])
    #expect(!(ending.output + ending.errors).contains(secret))
    return ending
  }

  private static let waiting = ["--wait", "--interval", "0.001"]

  @Test("deploys, lists, shows, stops, starts and deletes a service")
  func life() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let created = try await Self.run(
        simulator, ["create"] + Self.description + ["--max-instances", "3", "--json"] + Self.waiting)
      #expect(created.status == 0, "\(created.errors)")
      let json = try created.json()
      let id = try #require(json["id"]?.string)
      #expect(json["status"] == "RUNNING" && json["predict_url"]?.array?.count == 1)
      let list = try await Self.run(simulator, ["list", "--status", "RUNNING"])
      #expect(list.status == 0 && list.output.contains("RUNNING  qwen2-7b  \(id)"))
      for command in ["show", "deployments", "events"] {
        let ending = try await Self.run(simulator, [command, id])
        #expect(ending.status == 0 && ending.output.contains("RUNNING"), "\(command): \(ending.errors)")
      }
      #expect(try await Self.run(simulator, ["flavors", "--category", "ASCEND"]).output.contains("8 x SNT9B"))
      #expect(try await Self.run(simulator, ["keys"]).output.isEmpty)
      #expect(try await Self.run(simulator, ["stop", id] + Self.waiting).output.contains("STOPPED"))
      #expect(try await Self.run(simulator, ["start", id]).output.contains("DEPLOYING"))
      #expect(try await Self.run(simulator, ["delete", id] + Self.waiting).output.contains("deleted  \(id)"))
      let gone = try await Self.run(simulator, ["show", id, "--json"])
      #expect(gone.status == 1, "\(gone.output)")
      #expect(try gone.json()["error"]?["kind"] == "http_404")
    }
  }

  @Test("prints what it would send, and sends nothing")
  func dryRun() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let arguments =
        ["create"] + Self.description + [
          "--channel", "vpc-high-speed", "--pool", "pool-1", "--load-balancer", "elb-1", "--access", "API_KEY",
          "--restart", "Pod", "--environment", "A=b=c", "--dry-run",
        ]
      let json = try await Self.run(simulator, arguments).json()
      #expect(json["group_configs"]?[0]?["unit_configs"]?[0]?["recovery"] == "Pod")
      #expect(json["group_configs"]?[0]?["unit_configs"]?[0]?["envs"] == ["A": "b=c"])
      #expect(json["runtime_config"]?["service_invoke"]?["elb_connection"]?["elb_id"] == "elb-1")
      #expect(simulator.requests.isEmpty)
    }
  }

  @Test("gives 1 where ModelArts refuses or the service fails, and says why")
  func failures() async throws {
    var behaviour = Self.behaviour
    behaviour.gateway?.deploymentFailure = "no node of the flavor is free"
    try await withSimulator(behaviour: behaviour) { simulator in
      let failed = try await Self.run(simulator, ["create"] + Self.description + Self.waiting)
      #expect(failed.status == 1 && failed.errors.contains("no node of the flavor is free"), "\(failed.errors)")
      let stranger = try await Self.run(simulator, ["list", "--json"], secret: "another-secret-key")
      #expect(stranger.status == 1 && stranger.errors.contains("APIG.0301"), "\(stranger.errors)")
      #expect(try stranger.json()["error"]?["kind"] == "http_401")
    }
  }

  @Test(
    "refuses what cannot be meant, with status 2",
    arguments: [
      (["create", "--vpc", "v"], "--vpc needs --channel vpc"), (["create", "--channel", "vpc"], "--vpc and --subnet"),
      (["create", "--instances", "0"], "--instances"),
      (["create", "--instances", "3", "--max-instances", "2"], "--max"),
      (["create", "--environment", "A"], "--environment"), (["create", "--interval", "1"], "--interval needs --wait"),
      (["create", "--dry-run", "--wait"], "--dry-run"), (["create", "--restart", "all"], "Instance"),
      (["create", "--dry-run", "--channel", "vpc-high-speed"], "dedicated pool"), (["start", "--wait", "a", "b"], "b"),
      (["list", "--timeout", "0"], "--timeout"), (["show"], "id"),
    ] as [([String], String)])
  func refused(arguments: [String], words: String) async throws {
    let whole = arguments[0] == "create" ? arguments + Self.description : arguments
    let ending = try await Example.run(
      "modelarts-check", ["service"] + whole + ["--url", "http://127.0.0.1:1", "--project", "p"])
    #expect(ending.status == 2 && ending.errors.contains(words), "\(ending.status) \(ending.errors)")
  }
}
