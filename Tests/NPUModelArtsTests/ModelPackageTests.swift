import NPUBase
import NPUModelArts
import TestSupport
import Testing

@Suite("A model package")
struct ModelPackageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var json: JSONValue
    var testDescription: String { json["name"]?.string ?? "" }

    var expected: Set<[String]> {
      Set((json["problems"]?.array ?? []).map { [$0["severity"]?.string ?? "", $0["path"]?.string ?? ""] })
    }
  }

  static let cases = ((try? Goldens.file("modelarts-config-cases"))?.array ?? []).map { Case(json: $0) }

  private static func places(_ report: ModelPackage.Report) -> Set<[String]> {
    Set(report.findings.map { [$0.severity.rawValue, $0.path] })
  }

  @Test("of the documentation and of the guide has the findings that it must have, and no other", arguments: cases)
  func golden(_ example: Case) async throws {
    try await withPackage(config: try JSONCoding.encode(example.json["config"])) { folder throws in
      let report = try ModelPackage.validate(folder)
      #expect(Self.places(report) == example.expected, "\(report.findings)")
      #expect(report.isValid == !example.expected.contains { $0[0] == "error" })
    }
  }

  @Test("is compared with all cases that there are") func count() { #expect(Self.cases.count == 7) }

  /// A package with the files that every type of model needs.
  private func withPackage(
    config: [UInt8], files: [String] = ["model/customize_service.py", "model/net.om"],
    _ body: (String) throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder throws in
      try Folder.prepare(folder + "/model/weights")
      for name in files { try OutputFile(folder + "/" + name).save([]) }
      try OutputFile(folder + "/model/config.json").save(config)
      try body(folder)
    }
  }

  private static let good = Array(#"{"model_algorithm":"a","model_type":"PyTorch"}"#.utf8)

  @Test("without a file that every package has is told which one", arguments: ["PyTorch", "Image"])
  func missingFiles(type: String) async throws {
    let image =
      #","swr_location":"l","health":{"url":"/h","protocol":"http","initial_delay_seconds":"1","timeout_seconds":"1"}"#
    let config = Array(#"{"model_algorithm":"a","model_type":"\#(type)"\#(type == "Image" ? image : "")}"#.utf8)
    try await withPackage(config: config, files: []) { folder throws in
      let report = try ModelPackage.validate(folder)
      #expect(Self.places(report) == (type == "Image" ? [] : [["error", "model/customize_service.py"]]))
    }
  }

  @Test("has its files in the folder model, whose name may be given too")
  func folders() async throws {
    try await withPackage(config: Self.good) { folder throws in
      #expect(try ModelPackage.validate(folder).findings.isEmpty)
      #expect(try ModelPackage.validate(folder + "/model").findings.isEmpty)
      #expect(try ModelPackage.validate(folder + "/model/").findings.isEmpty)
      #expect(Self.places(try ModelPackage.validate(folder + "/model/weights")) == [["error", "model"]])
    }
    try await TemporaryFolder.with { folder throws in
      try OutputFile(folder + "/config.json").save(Self.good)
      try OutputFile(folder + "/customize_service.py").save([])
      #expect(Self.places(try ModelPackage.validate(folder)) == [["warning", "model"]])
      try Folder.prepare(folder + "/model")
      #expect(
        Self.places(try ModelPackage.validate(folder)) == [
          ["warning", "config.json"], ["error", "model/config.json"],
        ])
    }
  }

  @Test("is warned of a second configuration, as weights have one")
  func secondConfiguration() async throws {
    let files = ["model/customize_service.py", "model/weights/config.json", "model/weights/customize_service.py"]
    try await withPackage(config: Self.good, files: files) { folder throws in
      let report = try ModelPackage.validate(folder)
      #expect(report.isValid)
      #expect(report.findings.map(\.path) == ["model/weights/config.json", "model/weights/customize_service.py"])
      try report.require()
    }
  }

  @Test(
    "of MindSpore for Ascend needs a compiled model, which may be empty",
    arguments: [
      ("mindspore_2.0.0-cann_6.3.0-py_3.7-euler_2.8.3-aarch64", true),
      ("mindspore_2.0.0-cpu-py_3.7-euler_2.8.3-x86_64", false),
    ])
  func compiledModel(runtime: String, isNeeded: Bool) async throws {
    let config = Array(#"{"model_algorithm":"a","model_type":"MindSpore","runtime":"\#(runtime)"}"#.utf8)
    try await withPackage(config: config, files: ["model/customize_service.py"]) { folder throws in
      #expect(Self.places(try ModelPackage.validate(folder)) == (isNeeded ? [["error", "model/*.om"]] : []))
    }
    try await withPackage(config: config) { folder throws in
      #expect(try ModelPackage.validate(folder).findings.isEmpty)
    }
  }

  @Test("that cannot be read is an error and no finding")
  func unreadable() async throws {
    #expect(throws: ModelArtsError.self) { try ModelPackage.validate("/nonexistent/package") }
    try await withPackage(config: []) { folder throws in
      File.remove(folder + "/model/config.json")
      try Folder.prepare(folder + "/model/config.json")
      #expect(Self.places(try ModelPackage.validate(folder)) == [["error", "model/config.json"]])
    }
  }
}

@Suite("A config.json")
struct ConfigurationRulesTests {
  /// The places of the findings in a configuration with further members, errors marked.
  private func places(_ members: String, type: String = "PyTorch") -> [String] {
    let text = #"{"model_algorithm":"a","model_type":"\#(type)"\#(members.isEmpty ? "" : "," + members)}"#
    return ModelPackage.validate(configuration: Array(text.utf8)).findings
      .map { ($0.severity == .error ? "!" : "") + $0.path }
  }

  @Test(
    "that is no JSON object has one finding",
    arguments: ["", "[]", "null", "{", #"{"a":1}}"#, "{'a':1}", String(repeating: "[", count: 200)])
  func broken(text: String) {
    let findings = ModelPackage.validate(configuration: Array(text.utf8)).findings
    #expect(findings.map(\.path) == [""] && findings.first?.severity == .error)
  }

  @Test("in another encoding has one finding") func encoding() {
    #expect(ModelPackage.validate(configuration: Array("{\"a\":\"".utf8) + [0xE9, 0x22, 0x7D]).findings.count == 1)
  }

  @Test(
    "names an algorithm by the rules",
    arguments: [
      ("\"predict_analysis\"", true), ("\"A\"", true), ("\"\"", false), ("\"1a\"", false), ("\"_a\"", false),
      ("\"a&b\"", false), ("\"a`b\"", false), ("\"a图\"", false), ("\"é\"", false), ("\"aé\"", true), ("7", false),
      ("null", false), ("\"\(String(repeating: "a", count: 36))\"", true),
      ("\"\(String(repeating: "a", count: 37))\"", false),
    ])
  func algorithm(value: String, isGood: Bool) {
    let text = #"{"model_algorithm":\#(value),"model_type":"PyTorch"}"#
    let findings = ModelPackage.validate(configuration: Array(text.utf8)).findings
    #expect(findings.map(\.path) == (isGood ? [] : ["model_algorithm"]))
  }

  @Test("misses what every model has") func mandatory() {
    let findings = ModelPackage.validate(configuration: Array("{}".utf8)).findings
    #expect(findings.map(\.path) == ["model_algorithm", "model_type"])
  }

  @Test(
    "names a type by the rules",
    arguments: [
      ("TensorFlow", []), ("Scikit_Learn", []), ("MXNet", ["model_type"]), ("Custom", ["model_type"]),
      ("Template", ["model_type"]), ("pytorch", ["!model_type"]), ("JAX", ["!model_type"]), ("", ["!model_type"]),
    ])
  func types(type: String, expected: [String]) { #expect(places("", type: type) == expected) }

  @Test(
    "names a runtime in the form of today or an earlier one",
    arguments: [
      ("pytorch_1.11.0-cann_6.3.0-py_3.7-euler_2.8.3-aarch64", true),
      ("tensorflow_2.1.0-cuda_10.1-py_3.7-ubuntu_18.04-x86_64", true),
      ("xgboost_1.5.0-cpu-py_3.7-ubuntu_18.04-x86_64", true), ("python3.6", true), ("tf1.13-python3.7-cpu", true),
      ("python3.7", true), ("pytorch_2.1.0-cann_8.0-py_3.9", false), ("", false), ("python", false),
      ("pytorch-cann-py-euler-aarch64", false), ("a_1-rocm_5-py_3-b_1-aarch64", false),
    ])
  func runtimes(runtime: String, isGood: Bool) {
    #expect(places(#""runtime":"\#(runtime)""#) == (isGood ? [] : ["runtime"]))
  }

  @Test(
    "has members of the right kind",
    arguments: [
      (#""runtime":7"#, ["!runtime"]), (#""swr_location":"x""#, ["swr_location"]),
      (#""swr_location":1"#, ["!swr_location"]),
      (#""metrics":{"f1":0.5,"recall":1}"#, []),
      (#""metrics":{"f1":"0.5","bleu":1}"#, ["!metrics.f1", "metrics.bleu"]),
      (#""metrics":[]"#, ["!metrics"]), (#""apis":{}"#, ["!apis"]), (#""apis":["/"]"#, ["!apis[0]"]),
      (#""apis":[{}]"#, ["apis[0].request", "apis[0].response"]),
      (
        #""apis":[{"url":7,"method":7,"request":7,"response":[]}]"#,
        ["!apis[0].url", "!apis[0].method", "!apis[0].request", "!apis[0].response"]
      ),
      (
        #""apis":[{"method":"GET","request":{"Content-Type":"application/json"},"response":{}}]"#,
        ["!apis[0].method", "!apis[0].request.Content-Type", "apis[0].response.Content-type"]
      ),
      (
        #""apis":[{"request":{"Content-type":"text/plain","data":[]},"response":{"Content-type":7}}]"#,
        ["!apis[0].request.Content-type", "!apis[0].request.data", "!apis[0].response.Content-type"]
      ),
      (#""dependencies":{}"#, ["!dependencies"]), (#""dependencies":[7]"#, ["!dependencies[0]"]),
      (#""dependencies":[{}]"#, ["!dependencies[0].installer", "!dependencies[0].packages"]),
      (
        #""dependencies":[{"installer":"pip","packages":[7,{"package_name":"a>b"},{"package_name":1}]}]"#,
        [
          "!dependencies[0].packages[0]", "!dependencies[0].packages[1].package_name",
          "!dependencies[0].packages[2].package_name",
        ]
      ),
      (
        #""dependencies":[{"installer":"pip","packages":[{"package_name":"a","restraint":"EXACT"}]}]"#,
        ["dependencies[0].packages[0].package_version"]
      ),
      (#""protocol":"http","port":8080"#, ["protocol", "port"]), (#""APIs":[]"#, ["APIs"]),
    ] as [(String, [String])])
  func members(members: String, expected: [String]) {
    #expect(Set(places(members)) == Set(expected))
  }

  @Test("of a model that is no image has one API at most") func twoAPIs() {
    let api = #"{"request":{"Content-type":"application/json"},"response":{"Content-type":"application/json"}}"#
    #expect(places(#""apis":[\#(api),\#(api)]"#) == ["!apis"])
  }

  private static let image =
    #""swr_location":"l","health":{"url":"/h","protocol":"http","initial_delay_seconds":"1","timeout_seconds":"1"}"#

  @Test(
    "of an image has rules of its own",
    arguments: [
      (image, []), (image + #","protocol":"https","port":"8080""#, []),
      (image + #","protocol":"tcp","port":0"#, ["!protocol", "!port"]),
      (image + #","runtime":"python3.6""#, ["!runtime"]),
      (image + #","dependencies":[]"#, []),
      (image + #","dependencies":[{"installer":"pip","packages":[]}]"#, ["!dependencies"]),
      (
        image
          + #","apis":[{"url":"predict","request":{"Content-type":"application/json"},"response":{"Content-type":"text/event-stream"}}]"#,
        ["!apis[0].url", "apis[0].response.Content-type"]
      ),
      (
        #""swr_location":"l","health":{}"#,
        ["!health.url", "health.protocol", "health.initial_delay_seconds", "health.timeout_seconds"]
      ),
      (#""swr_location":"l","health":{"check_method":"EXEC"}"#, ["!health.command"]),
      (
        #""swr_location":"l","health":{"check_method":"EXEC","command":"true","period_seconds":5}"#,
        ["!health.period_seconds"]
      ),
      (
        #""swr_location":"l","health":{"url":"h","protocol":"tcp","initial_delay_seconds":"-1","timeout_seconds":"x","a":1}"#,
        ["!health.url", "!health.protocol", "!health.initial_delay_seconds", "!health.timeout_seconds", "health.a"]
      ),
    ] as [(String, [String])])
  func images(members: String, expected: [String]) {
    #expect(Set(places(members, type: "Image")) == Set(expected))
  }
}

@Suite("A configuration that is written")
struct ModelConfigurationTests {
  @Test("keeps every rule of the specification") func roundTrip() async throws {
    var model = ModelConfiguration(algorithm: "image_classification", type: .pyTorch)
    model.runtime = "pytorch_1.11.0-cann_6.3.0-py_3.7-euler_2.8.3-aarch64"
    model.metrics = ["f1": 0.5]
    model.apis = [.init(requestType: "multipart/form-data", requestSchema: ["type": "object"])]
    model.dependencies = [.init("numpy", .atLeast, "1.15.0"), .init("Pillow")]
    var image = ModelConfiguration(algorithm: "predict_analysis", type: .image)
    image.imageLocation = "swr.cn-north-4.myhuaweicloud.com/org/image:1"
    image.apis = [.init(url: "/predict"), .init(url: "/v1/chat/completions")]
    image.health = .init(initialDelay: 5, timeout: 3)
    for configuration in [model, image] {
      try await TemporaryFolder.with { folder throws in
        try configuration.write(to: folder + "/config.json")
        let bytes = try File(readingRegular: folder + "/config.json").readAll()
        #expect(ModelPackage.validate(configuration: bytes).findings.isEmpty)
        #expect(String(decoding: bytes, as: UTF8.self) == (try configuration.json()) + "\n")
      }
    }
    #expect(try model.json().contains(#""package_version":"1.15.0","restraint":"ATLEAST""#))
    #expect(try image.json().contains(#""initial_delay_seconds":"5""#))
  }

  @Test("refuses figures that JSON cannot hold, and folders that are not there") func refusals() {
    var model = ModelConfiguration(algorithm: "a", type: .image)
    #expect(throws: ModelArtsError.self) { try model.write(to: "/nonexistent/folder/config.json") }
    model.metrics = ["f1": .nan]
    #expect(throws: ModelArtsError.self) { try model.json() }
  }
}
