public import NPUBase

/// The contents of a `config.json`, to be written.
///
/// ```swift
/// var configuration = ModelConfiguration(algorithm: "image_classification", type: .pyTorch)
/// configuration.runtime = "pytorch_1.11.0-cann_6.3.0-py_3.7-euler_2.8.3-aarch64"
/// configuration.apis = [.init()]
/// try configuration.write(to: "package/model/config.json")
/// ```
public struct ModelConfiguration: Sendable, Hashable {
  /// The type of a model, as the specification names it; others can be written too.
  public struct ModelType: RawRepresentable, Sendable, Hashable {
    /// The name.
    public var rawValue: String
    /// Creates a type from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// TensorFlow.
    public static let tensorFlow = ModelType(rawValue: "TensorFlow")
    /// PyTorch.
    public static let pyTorch = ModelType(rawValue: "PyTorch")
    /// MindSpore.
    public static let mindSpore = ModelType(rawValue: "MindSpore")
    /// XGBoost.
    public static let xgBoost = ModelType(rawValue: "XGBoost")
    /// scikit-learn.
    public static let scikitLearn = ModelType(rawValue: "Scikit_Learn")
    /// Spark MLlib.
    public static let sparkMLlib = ModelType(rawValue: "Spark_MLlib")
    /// A container image, which serves by itself.
    public static let image = ModelType(rawValue: "Image")
  }

  /// One route of the service.
  public struct API: Sendable, Hashable {
    /// The path; of types other than Image it must be `/`.
    public var url: String
    /// The media type of the request.
    public var requestType: String
    /// The JSON schema of the request, where it is declared.
    public var requestSchema: JSONValue?
    /// The media type of the response.
    public var responseType: String
    /// The JSON schema of the response, where it is declared.
    public var responseSchema: JSONValue?

    /// Creates a route.
    public init(
      url: String = "/", requestType: String = "application/json", requestSchema: JSONValue? = nil,
      responseType: String = "application/json", responseSchema: JSONValue? = nil
    ) {
      self.url = url
      self.requestType = requestType
      self.requestSchema = requestSchema
      self.responseType = responseType
      self.responseSchema = responseSchema
    }
  }

  /// A Python package that pip installs before the code is loaded.
  public struct Dependency: Sendable, Hashable {
    /// Which versions are taken.
    public enum Restraint: String, Sendable, Hashable, CaseIterable {
      /// The version that is named.
      case exact = "EXACT"
      /// It or a later one.
      case atLeast = "ATLEAST"
      /// It or an earlier one.
      case atMost = "ATMOST"
    }

    /// The name of the package.
    public var name: String
    /// The version and how it is meant; `nil` takes any.
    public var version: (restraint: Restraint, version: String)? {
      get { restraint.map { ($0, number) } }
      set { (restraint, number) = (newValue?.restraint, newValue?.version ?? "") }
    }

    private var restraint: Restraint?
    private var number: String

    /// Creates a dependency on a package of any version.
    public init(_ name: String) { (self.name, restraint, number) = (name, nil, "") }

    /// Creates a dependency on a package of some versions.
    public init(_ name: String, _ restraint: Restraint, _ version: String) {
      (self.name, self.restraint, number) = (name, restraint, version)
    }

    fileprivate var json: JSONValue {
      [
        "package_name": .string(name), "package_version": .string(number),
        "restraint": .string(restraint?.rawValue ?? ""),
      ]
    }
  }

  /// How ModelArts asks an image whether it is ready.
  public struct Health: Sendable, Hashable {
    /// The path that is asked.
    public var url: String
    /// Whether it is asked over TLS.
    public var usesTLS: Bool
    /// How long after the start it is asked first, in seconds.
    public var initialDelay: Int
    /// How long a response may take, in seconds.
    public var timeout: Int

    /// Creates a health check.
    public init(url: String = "/health", usesTLS: Bool = false, initialDelay: Int, timeout: Int) {
      self.url = url
      self.usesTLS = usesTLS
      self.initialDelay = initialDelay
      self.timeout = timeout
    }

    fileprivate var json: JSONValue {
      // Numbers in quotes: so the specification wants them.
      [
        "url": .string(url), "protocol": .string(usesTLS ? "https" : "http"),
        "initial_delay_seconds": .string(String(initialDelay)), "timeout_seconds": .string(String(timeout)),
      ]
    }
  }

  /// The algorithm, such as `image_classification`.
  public var algorithm: String
  /// The type of the model.
  public var type: ModelType
  /// The runtime; not for images.
  public var runtime: String?
  /// Where the image lies, of a model of type Image.
  public var imageLocation: String?
  /// Figures to show, of `f1`, `recall`, `precision` and `accuracy`.
  public var metrics: [String: Double] = [:]
  /// The routes of the service.
  public var apis: [API] = []
  /// Packages to install.
  public var dependencies: [Dependency] = []
  /// The health check, of a model of type Image.
  public var health: Health?

  /// Creates a configuration with the two fields that every model has.
  public init(algorithm: String, type: ModelType) {
    self.algorithm = algorithm
    self.type = type
  }

  /// The text of the file, with its keys sorted.
  ///
  /// - Throws: ``ModelArtsError`` of kind `unwritable` for a figure that is no number.
  public func json() throws(ModelArtsError) -> String {
    guard metrics.values.allSatisfy(\.isFinite) else {
      throw ModelArtsError(kind: .unwritable, message: "a metric of the configuration is not finite; leave it out")
    }
    do { return String(decoding: try JSONCoding.encode(value), as: UTF8.self) } catch {
      throw ModelArtsError(kind: .unwritable, message: JSONCoding.describe(error))
    }
  }

  /// Writes the file; one that is there is replaced.
  ///
  /// - Throws: ``ModelArtsError`` of kind `unwritable` with the reason of the system.
  public func write(to path: String) throws(ModelArtsError) {
    let text = try json()
    do throws(FileError) { try OutputFile(path).save(Array((text + "\n").utf8)) } catch {
      throw ModelArtsError(kind: .unwritable, message: "\(error.path) cannot be written: \(error.message)")
    }
  }

  private var value: JSONValue {
    var members: [String: JSONValue] = ["model_algorithm": .string(algorithm), "model_type": .string(type.rawValue)]
    members["runtime"] = runtime.map { .string($0) }
    members["swr_location"] = imageLocation.map { .string($0) }
    if !metrics.isEmpty { members["metrics"] = .object(metrics.mapValues { .double($0) }) }
    if !apis.isEmpty { members["apis"] = .array(apis.map(\.json)) }
    if !dependencies.isEmpty {
      members["dependencies"] = [["installer": "pip", "packages": .array(dependencies.map(\.json))]]
    }
    members["health"] = health?.json
    return .object(members)
  }
}

extension ModelConfiguration.API {
  fileprivate var json: JSONValue {
    func shape(_ type: String, _ schema: JSONValue?) -> JSONValue {
      var members: [String: JSONValue] = ["Content-type": .string(type)]
      members["data"] = schema
      return .object(members)
    }
    return [
      "url": .string(url), "method": "post", "request": shape(requestType, requestSchema),
      "response": shape(responseType, responseSchema),
    ]
  }
}
