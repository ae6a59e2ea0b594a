import NPUBase
import NPUModelArts
import Testing

@Suite("The description of a real-time service")
struct RealTimeServiceTests {
  private static func service(_ change: (inout RealTimeService) -> Void = { _ in }) -> RealTimeService {
    var service = RealTimeService(name: "qwen2-7b", image: "swr.example.com/org/vllm:1", flavor: "npu.1")
    change(&service)
    return service
  }

  @Test("is the JSON of the API, with its names")
  func document() throws {
    let service = Self.service { service in
      service.description = "for tests"
      service.version = "1.2.3"
      service.pool = "pool-1"
      service.instances = 2...6
      service.framework = .vLLM
      service.access = .apiKey
      service.port = 8000
      service.requestTimeout = .seconds(600)
      service.bodyLimit = 50
      service.rateLimit = .init(20, perMinute: true)
      service.deploymentTimeout = .seconds(1800)
      service.unit.command = "vllm serve /models"
      service.unit.environment = ["VLLM_USE_V1": "1"]
      service.unit.restart = .pod
      service.unit.resetsNPUs = true
      service.unit.files = [.init(.obs, "obs://bucket/weights/", at: "/models/")]
      service.unit.readiness = .init(.http(path: "/health"))
      service.unit.liveness = .init(.command("true"))
    }
    let expected: JSONValue = [
      "name": "qwen2-7b", "version": "1.2.3", "description": "for tests", "type": "REAL_TIME", "deploy_type": "SINGLE",
      "deploy_timeout_minutes": 30, "custom_metrics_path": "",
      "group_configs": [
        [
          "name": "qwen2-7b", "weight": 100, "count": 2, "framework": "VLLM", "pool_id": "pool-1",
          "unit_configs": [
            [
              "image": ["source": "SWR", "swr_path": "swr.example.com/org/vllm:1"], "flavor": "npu.1", "role": "COMMON",
              "count": 1, "port": 8000, "cmd": "vllm serve /models", "recovery": "Pod", "npu_reset_enable": true,
              "envs": ["VLLM_USE_V1": "1"],
              "files": [
                ["source": "OBS", "address": "obs://bucket/weights/", "mount_path": "/models/", "read_only": true]
              ],
              "readiness_health": [
                "check_method": "HTTP", "url": "/health", "protocol": "HTTP", "initial_delay_seconds": 30,
                "period_seconds": 10, "timeout_seconds": 30, "failure_threshold": 3,
              ],
              "liveness_health": [
                "check_method": "EXEC", "cmd": "true", "initial_delay_seconds": 30, "period_seconds": 10,
                "timeout_seconds": 30, "failure_threshold": 3,
              ],
            ]
          ],
        ]
      ],
      "runtime_config": [
        "service_invoke": [
          "port": 8000, "protocol": "HTTP", "auth_type": "API_KEY", "internet_access_enable": true,
        ],
        "service_limit": [
          "request_size_limit": 50, "request_timeout": 600, "rate_limit": ["num": 20, "unit": "MINUTES"],
        ],
      ],
    ]
    #expect(try service.document() == expected)
  }

  @Test("says by which network it is reached")
  func channels() throws {
    func invoke(_ channel: ServiceChannel) throws -> JSONValue? {
      let service = Self.service {
        $0.channel = channel
        $0.pool = "pool-1"
      }
      return try service.document()["runtime_config"]?["service_invoke"]
    }
    #expect(try invoke(.publicNetwork)?["internet_access_enable"] == true)
    #expect(try invoke(.vpc("v", subnet: "s"))?["internet_access_enable"] == false)
    #expect(try invoke(.vpcHighSpeed(loadBalancer: nil))?["elb_connection"] == nil)
    #expect(try invoke(.vpcHighSpeed(loadBalancer: "elb-1"))?["elb_connection"] == ["elb_id": "elb-1"])
    let socket = try Self.service { $0.scheme = .secureWebSocket }.document()
    // The API refuses a limit of the rate beside a WebSocket.
    #expect(socket["runtime_config"]?["service_limit"]?["rate_limit"] == nil)
    #expect(try Self.service { $0.nodesPerInstance = 2 }.document()["deploy_type"] == "MULTI")
  }

  /// A change that breaks a rule, and a word of the rule.
  struct Breach: Sendable, CustomTestStringConvertible {
    var word: String
    var change: @Sendable (inout RealTimeService) -> Void

    init(_ word: String, _ change: @escaping @Sendable (inout RealTimeService) -> Void) {
      self.word = word
      self.change = change
    }

    var testDescription: String { word }
  }

  static let breaches: [Breach] = [
    Breach("name") { $0.name = "" },
    Breach("name") { $0.name = "a b" },
    Breach("name") { $0.name = String(repeating: "a", count: 65) },
    Breach("description") { $0.description = "<b>" },
    Breach("version") { $0.version = "1" },
    Breach("version") { $0.version = "1.0.100" },
    Breach("least") { $0.instances = 0...1 },
    Breach("most") { $0.instances = 1...129 },
    Breach("port") { $0.port = 0 },
    Breach("timeout of requests") { $0.requestTimeout = .zero },
    Breach("7200") { $0.requestTimeout = .seconds(7201) },
    Breach("50 MB") { $0.bodyLimit = 51 },
    Breach("10000") { $0.rateLimit = .init(0) },
    Breach("300") { $0.deploymentTimeout = .zero },
    Breach("pool") { $0.channel = .vpcHighSpeed(loadBalancer: nil) },
    Breach("image") { $0.unit.image = "" },
    Breach("flavor") { $0.unit.flavor = "" },
    Breach("1A") { $0.unit.environment = ["1A": ""] },
    Breach("A B") { $0.unit.environment = ["A B": ""] },
    Breach("models") { $0.unit.files = [.init(.obs, "a", at: "models")] },
    Breach("readiness") { $0.unit.readiness = .init(.http(path: "health")) },
    Breach("startup") { $0.unit.startup = .init(.command("")) },
    Breach("nodes") { $0.nodesPerInstance = 0 },
  ]

  @Test("that breaks a rule of the API is not sent, and says which", arguments: breaches)
  func rules(breach: Breach) {
    let error = #expect(throws: ModelArtsError.self) { try Self.service(breach.change).document() }
    #expect(error?.kind == .invalidService && error?.message.contains(breach.word) == true, "\(error?.message ?? "")")
  }

  @Test("names everything that is wrong with it at once")
  func several() {
    let service = Self.service {
      $0.port = 0
      $0.bodyLimit = 0
    }
    #expect(service.problems.count == 2)
    #expect(Self.service().problems.isEmpty)
  }
}
