internal import NPUBase

/// The rules of the specification for `config.json`, each of which leaves a finding where it is broken.
struct ConfigurationRules {
  private let file: String
  private(set) var findings: [PackageFinding] = []
  /// The type of the model, where the configuration names one.
  private(set) var modelType: String?
  /// The runtime, where the configuration names one.
  private(set) var runtime: String?

  /// Whether the model is a container image.
  var isImage: Bool { modelType == "Image" }

  init(file: String) { self.file = file }

  mutating func add(_ severity: PackageFinding.Severity, _ path: String, _ problem: String) {
    findings.append(PackageFinding(severity: severity, file: file, path: path, problem: problem))
  }

  /// Checks the text of the file.
  mutating func check(_ bytes: [UInt8]) {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      return add(.error, "", "the file is not UTF-8; convert it")
    }
    let value: JSONValue
    do throws(JSONValue.Fault) { value = try JSONValue(reading: bytes) } catch {
      return add(
        .error, "", error == .tooDeep ? "the file is nested too deep" : "the file is not valid JSON; check commas")
    }
    guard let members = value.object else { return add(.error, "", "the file holds no JSON object") }
    modelType = members["model_type"]?.string
    runtime = members["runtime"]?.string
    checkAlgorithm(members["model_algorithm"])
    checkType(members["model_type"])
    checkRuntime(members["runtime"])
    checkImageLocation(members["swr_location"])
    checkMetrics(members["metrics"])
    checkAPIs(members["apis"])
    checkDependencies(members["dependencies"])
    checkHealth(members["health"])
    checkListening(members["protocol"], port: members["port"])
    for name in members.keys.sorted() where !Self.known.contains(name) {
      add(.warning, name, "the specification knows no such field; check its spelling")
    }
  }

  private static let known: Set<String> = [
    "model_algorithm", "model_type", "runtime", "swr_location", "metrics", "apis", "dependencies", "health", "protocol",
    "port",
  ]

  // MARK: - What the model is

  private mutating func checkAlgorithm(_ value: JSONValue?) {
    guard let value else { return add(.error, "model_algorithm", "missing; every model names its algorithm") }
    guard let text = value.string else { return add(.error, "model_algorithm", "must be text") }
    let isLetter = text.utf8.first.map { (0x41...0x5A).contains($0 & 0xDF) } ?? false
    let hasForbidden = text.unicodeScalars.contains { "&!'\"<>=`".unicodeScalars.contains($0) || Self.isHan($0) }
    if !isLetter || text.unicodeScalars.count > 36 || hasForbidden {
      add(
        .error, "model_algorithm",
        "must start with a letter, have at most 36 characters, none of them &!'\"<>=` or Chinese; found "
          + "\"\(Excerpt.of(text, limit: 60))\"")
    }
  }

  /// Chinese characters of all planes, and their punctuation.
  private static func isHan(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2E80...0x2FDF, 0x3000...0x303F, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF00...0xFFEF,
      0x20000...0x3FFFF:
      true
    default: false
    }
  }

  static let types = ["TensorFlow", "PyTorch", "MindSpore", "XGBoost", "Scikit_Learn", "Spark_MLlib", "Image"]

  private mutating func checkType(_ value: JSONValue?) {
    let choice = "one of \(Self.types.joined(separator: ", "))"
    guard let value else { return add(.error, "model_type", "missing; write \(choice)") }
    guard let type = value.string else { return add(.error, "model_type", "must be text, \(choice)") }
    switch type {
    case let type where Self.types.contains(type): break
    case "MXNet", "Caffe": add(.warning, "model_type", "\(type) was taken by earlier versions only")
    case "Template": add(.warning, "model_type", "Template is a type of the import API and of no package")
    case "Custom": add(.warning, "model_type", "Custom stands in no specification of packages; ask before the upload")
    default:
      let meant = Self.types.first { $0.lowercased() == type.lowercased() }
      let found = "found \"\(Excerpt.of(type, limit: 60))\""
      add(.error, "model_type", meant.map { "\(found); write \($0)" } ?? "must be \(choice); \(found)")
    }
  }

  private mutating func checkRuntime(_ value: JSONValue?) {
    guard let value else { return }
    guard let text = value.string else { return add(.error, "runtime", "must be text") }
    if isImage { return add(.error, "runtime", "an Image has its own runtime; leave the field out") }
    if !RuntimeName.isUnified(text), !RuntimeName.isEarlier(text) {
      add(
        .warning, "runtime",
        "\"\(Excerpt.of(text, limit: 80))\" is not of the form <engine>-<cpu|cuda|cann>-<py>-<os>-<arch>, such as "
          + "pytorch_1.11.0-cann_6.3.0-py_3.7-euler_2.8.3-aarch64; check it against "
          + "GET /v1/{project_id}/models/ai-engine-runtimes")
    }
  }

  private mutating func checkImageLocation(_ value: JSONValue?) {
    guard let value else {
      if isImage {
        add(
          .warning, "swr_location",
          "mandatory where the model is imported from object storage, not needed where it is imported from an image")
      }
      return
    }
    guard let text = value.string, !text.isEmpty else {
      return add(
        .error, "swr_location", "must be the path of an image, such as swr.region.myhuaweicloud.com/org/image:tag")
    }
    if !isImage { add(.warning, "swr_location", "only a model of type Image has one; it has no effect here") }
  }

  private mutating func checkMetrics(_ value: JSONValue?) {
    guard let value else { return }
    guard let members = value.object else { return add(.error, "metrics", "must be an object of numbers") }
    for name in members.keys.sorted() {
      guard ["f1", "recall", "precision", "accuracy"].contains(name) else {
        add(.warning, "metrics.\(name)", "only f1, recall, precision and accuracy are shown")
        continue
      }
      switch members[name] {
      case .int, .double: break
      default: add(.error, "metrics.\(name)", "must be a number, without quotes")
      }
    }
  }

  private mutating func checkListening(_ wireProtocol: JSONValue?, port: JSONValue?) {
    if let wireProtocol {
      if wireProtocol.string.map({ ["http", "https"].contains($0.lowercased()) }) != true {
        add(.error, "protocol", "must be http or https")
      }
      if !isImage { add(.warning, "protocol", "only a model of type Image has one") }
    }
    if let port {
      if port.integer.map({ (1...65535).contains($0) }) != true {
        add(.error, "port", "must be a number from 1 to 65535; without it 8080 is used")
      }
      if !isImage { add(.warning, "port", "only a model of type Image has one") }
    }
  }
}
