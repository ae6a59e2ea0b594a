import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import Testing

@Suite("modelarts-check")
struct ModelArtsCheckTests {
  private static let request = [
    "sign", "--method", "POST", "--url", "https://example.com/v1/x?tag=b&tag=a", "--date", "20240115T083000Z",
    "--header", "Content-Type: application/json", "--header", "X_Trace: 1",
  ]
  private static let key = (ak: "EXAMPLEAK0123456789A", sk: "example-secret-key-0123456789abcdefABCDEF")

  private func signature(_ arguments: [String], environment: [String: String] = [:]) async throws -> JSONValue {
    let ending = try await Example.run(
      "modelarts-check", Self.request + arguments + ["--json"], environment: environment)
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(!(ending.output + ending.errors).contains(Self.key.sk))
    let json = try ending.json()
    #expect(Set(try #require(json.object).keys) == ["canonical_request", "string_to_sign", "authorization"])
    return json
  }

  @Test("signs alike wherever the secrets come from, and shows the secret key nowhere")
  func secrets() async throws {
    let folder = try TemporaryFolder()
    let body = try folder.write("{}", to: "body.json")
    let file = try folder.write(Self.key.sk + "\n", to: "sk")
    let given = try await signature(["--ak", Self.key.ak, "--sk", Self.key.sk, "--body-file", body])
    let others = [
      try await signature(
        ["--ak", "env:AK_OF_TEST", "--sk", "file:\(file)", "--body-file", body],
        environment: ["AK_OF_TEST": Self.key.ak]),
      try await signature(
        ["--body-file", body],
        environment: ["HUAWEICLOUD_SDK_AK": Self.key.ak, "HUAWEICLOUD_SDK_SK": Self.key.sk]),
    ]
    for other in others { #expect(other == given) }
    let lines = try #require(given["canonical_request"]?.string).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.prefix(3) == ["POST", "/v1/x/", "tag=a&tag=b"])
    #expect(lines.last == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
    #expect(lines.contains("content-type;host;x-sdk-date;x_trace"))
    #expect(given["string_to_sign"]?.string?.hasPrefix("SDK-HMAC-SHA256\n20240115T083000Z\n") == true)
  }

  @Test("signs as Huawei's SDK does") func dialect() async throws {
    let json = try await signature(["--ak", "AK", "--sk", "SK", "--signer", "sdk"])
    #expect(json["authorization"]?.string?.contains("SignedHeaders=content-type;host;x-sdk-date,") == true)
    let text = try await Example.run("modelarts-check", Self.request + ["--ak", "AK", "--sk", "SK"])
    #expect(text.status == 0)
    #expect(text.output.contains("Authorization: SDK-HMAC-SHA256 Access=AK, SignedHeaders="))
  }

  @Test(
    "refuses to sign what it cannot, and says why without the secrets",
    arguments: [
      (["--ak", "AK", "--sk", "env:NOT_SET_ANYWHERE"], "missing_secret", "NOT_SET_ANYWHERE"),
      (["--ak", "AK", "--sk", "file:/nonexistent/sk"], "unreadable_file", "/nonexistent/sk"),
      (["--ak", "AK", "--sk", "verysecret", "--body-file", "/nonexistent/body"], "unreadable", "/nonexistent/body"),
      (["--ak", "AK", "--sk", "verysecret", "--header", "nocolon-verysecret"], "invalid_header", "--header"),
      (["--ak", "AK", "--sk", "verysecret", "--date", "tomorrow"], "invalid_date", "20240115T083000Z"),
      (["--ak", "AK", "--sk", "verysecret", "--url", "host"], "invalid_address", "https://"),
    ])
  func refusals(arguments: [String], kind: String, words: String) async throws {
    let request = Self.request.prefix(arguments.contains("--url") || arguments.contains("--date") ? 3 : 7)
    let whole =
      Array(request)
      + (arguments.contains("--url") || !arguments.contains("--date") ? [] : ["--url", "https://h/"]) + arguments
    let ending = try await Example.run("modelarts-check", whole + ["--json"])
    #expect(ending.status == 2, "\(ending.errors)")
    #expect(try ending.json()["error"]?["kind"] == .string(kind), "\(ending.output)\(ending.errors)")
    #expect(ending.errors.contains(words), "\(ending.errors)")
    #expect(!(ending.output + ending.errors).contains("verysecret"))
  }

  @Test("checks a package: status 0 without an error, 1 with one, 2 where it cannot be read")
  func package() async throws {
    let folder = try TemporaryFolder()
    let config = try folder.write(#"{"model_algorithm":"a","model_type":"PyTorch","runtime":"x"}"#, to: "config.json")
    let bad = try await Example.run("modelarts-check", ["package", folder.path, "--json"])
    #expect(bad.status == 1 && bad.errors.isEmpty)
    let json = try bad.json()
    #expect(json["valid"] == false && json["errors"] == 1 && json["warnings"] == 2)
    #expect(
      json["findings"]?.array?.map { $0["path"]?.string } == ["customize_service.py", "model", "runtime"],
      "\(bad.output)")
    let text = try await Example.run("modelarts-check", ["package", folder.path])
    #expect(text.status == 1 && text.lines.first?.hasPrefix("error: customize_service.py: ") == true, "\(text.output)")
    #expect(text.output.contains("1 error, 2 warnings."))

    _ = try folder.write("", to: "customize_service.py")
    #expect(try await Example.run("modelarts-check", ["package", folder.path]).status == 0)
    let unreadable = try await Example.run("modelarts-check", ["package", config, "--json"])
    #expect(unreadable.status == 2 && unreadable.errors.contains(config))
    #expect(try unreadable.json()["error"]?["kind"] == "unreadable")
  }

  private static let gateway = Behaviour(outputTokens: 3).with { behaviour in
    var gateway = GatewayBehaviour()
    gateway.accessKeys = [key.ak: key.sk]
    gateway.users = [.init(domain: "account", name: "tester", password: "pass-word-1", project: "cn-north-4")]
    behaviour.gateway = gateway
  }

  @Test("sends a request that the gateway accepts, signed or with a token, and shows no secret")
  func send() async throws {
    let folder = try TemporaryFolder()
    let body = try folder.write(
      #"{"model":"simulated-chat","messages":[{"role":"user","content":"今天 😀"}]}"#, to: "body.json")
    try await withSimulator(behaviour: Self.gateway) { simulator in
      let request = ["send", "--url", simulator.baseURL + "/v1/chat/completions?人=1&a=2", "--body-file", body]
      let user = [
        "--auth", "token", "--iam-url", simulator.baseURL, "--iam-user", "tester", "--iam-domain", "account",
        "--iam-project", "cn-north-4",
      ]
      for arguments in [["--auth", "ak-sk"], ["--auth", "ak-sk", "--signer", "sdk"], user] {
        let ending = try await Example.run(
          "modelarts-check", request + arguments + ["--json"],
          environment: [
            "HUAWEICLOUD_SDK_AK": Self.key.ak, "HUAWEICLOUD_SDK_SK": Self.key.sk,
            "HUAWEICLOUD_IAM_PASSWORD": "pass-word-1",
          ])
        #expect(ending.status == 0, "\(ending.errors)\(ending.output)")
        let json = try ending.json()
        #expect(json["status"] == 200 && json["resent"] == false)
        #expect(json["body"]?.string?.contains("chat.completion") == true)
        for secret in [Self.key.sk, "pass-word-1"] { #expect(!(ending.output + ending.errors).contains(secret)) }
      }
    }
  }

  @Test("sends in vain: status 1 and what the refusal means, status 2 where there is no response")
  func sendInVain() async throws {
    try await withSimulator(behaviour: Self.gateway) { simulator in
      let refused = try await Example.run(
        "modelarts-check",
        [
          "send", "--url", simulator.baseURL + "/v1/models", "--auth", "ak-sk", "--ak", Self.key.ak, "--sk",
          "wrongsecret",
        ])
      #expect(refused.status == 1, "\(refused.errors)")
      #expect(refused.errors.contains("is not accepted"))
      #expect(refused.output.contains("APIG.0301") && !(refused.output + refused.errors).contains("wrongsecret"))
      let model = try await Example.run(
        "modelarts-check",
        ["send", "--url", simulator.baseURL + "/v1/models", "--auth", "token", "--iam-token", "wrongtoken1", "--json"])
      #expect(model.status == 1)
      let json = try model.json()
      #expect(json["code"] == "APIG.0301" && json["request_id"] != nil)
    }
    let nobody = try await Example.run("modelarts-check", ["send", "--url", "http://127.0.0.1:1/x", "--json"])
    #expect(nobody.status == 2)
    #expect(try nobody.json()["error"]?["kind"] == "connection_refused")
    let missing = try await Example.run(
      "modelarts-check", ["send", "--url", "http://127.0.0.1:1/x", "--auth", "app-code"])
    #expect(missing.status == 2 && missing.errors.contains("HUAWEICLOUD_APP_CODE"))
  }

  @Test("has flags that every tool has: a load through the gateway is signed request by request")
  func load() async throws {
    let key = ["HUAWEICLOUD_SDK_AK": Self.key.ak, "HUAWEICLOUD_SDK_SK": Self.key.sk]
    let signed = try await Bench.run(["--auth", "ak-sk", "--json"], Self.gateway, environment: key)
    #expect(signed.status == 0, "\(signed.errors)")
    #expect(try signed.json()["completed"] == 6)
    let refused = try await Bench.run(
      ["--auth", "app-signed"], Self.gateway, environment: key.merging(["HUAWEICLOUD_SDK_SK": "wrong-secret-1"]) { $1 })
    #expect(refused.status == 2)
    #expect(!(refused.output + refused.errors).contains("wrong-secret-1"))
    let useless = try await Bench.run(["--ak", "x"], Self.gateway)
    #expect(useless.status == 2 && useless.errors.contains("--ak needs --auth ak-sk"), "\(useless.errors)")
  }

  @Test("sends key and secret of an app as user and password where it is asked to")
  func appBasic() async throws {
    let behaviour = Self.gateway.with { $0.gateway?.appKeys = ["app-key-1": "secret-of-the-app"] }
    let flags = ["--auth", "app-basic", "--ak", "app-key-1", "--sk", "secret-of-the-app"]
    try await withSimulator(behaviour: behaviour) { simulator in
      let sent = try await Example.run(
        "modelarts-check", ["send", "--url", simulator.baseURL + "/v1/models", "--json"] + flags)
      #expect(try sent.json()["status"] == 200, "\(sent.errors)\(sent.output)")
    }
    let load = try await Bench.run(flags + ["--json"], behaviour)
    #expect(try load.json()["completed"] == 6, "\(load.errors)")
  }

  @Test("that is to send a key and has none sends nothing")
  func bearerWithoutKey() async throws {
    let sent = try await Example.run(
      "modelarts-check", ["send", "--url", "http://127.0.0.1:1/x", "--auth", "bearer", "--json"])
    #expect(sent.status == 2 && sent.errors.contains("--api-key"), "\(sent.errors)")
    #expect(try sent.json()["error"]?["kind"] == "missing_secret")
    try await withSimulator(behaviour: Bench.behaviour) { simulator in
      let load = try await Example.run(
        "llm-bench", ["--base-url", simulator.baseURL, "--auth", "bearer"] + Bench.small)
      #expect(load.status == 2 && load.errors.contains("OPENAI_API_KEY"), "\(load.errors)")
      #expect(simulator.requests.isEmpty)
    }
  }

  @Test("tells that the password of a user goes out without encryption")
  func exposedPassword() async throws {
    let user = ["--auth", "token", "--iam-user", "u", "--iam-domain", "d", "--iam-project", "p", "--iam-password", "w"]
    for (url, isExposed) in [("http://iam.example.com", true), ("https://iam.example.com", false)] {
      let options = try ServiceOptions.parse(user + ["--iam-url", url])
      let exposure = options.exposure(of: try options.service("https://h.example.com"))
      #expect(exposure == (isExposed ? "the password of --iam-user goes to \(url) without encryption." : nil))
      let both = try #require(options.exposure(of: try options.service("http://h.example.com")))
      #expect(both.contains("what --auth token sends goes to http://h.example.com"))
      #expect(both.contains("password") == isExposed)
    }
    // Authorities are of use where the identity service alone is encrypted.
    let trusted = try await Example.run(
      "modelarts-check",
      [
        "send", "--url", "http://127.0.0.1:1/x", "--iam-url", "https://127.0.0.1:1", "--cacert", "/nonexistent",
        "--json",
      ]
        + user)
    #expect(try trusted.json()["error"]?["kind"] == "authentication", "\(trusted.errors)")
  }
}
