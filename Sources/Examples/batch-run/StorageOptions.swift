public import ArgumentParser
import ExampleSupport
public import NPUTestKit
import ToolSupport

/// The object store that s3:// addresses mean.
struct StorageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Address of the object store, such as https://obs.cn-north-4.myhuaweicloud.com.", valueName: "url"))
  var s3Endpoint: String?
  @Option(help: ArgumentHelp("Region of the store.", valueName: "name")) var s3Region = "us-east-1"
  @Option(
    help: ArgumentHelp(
      "Access key (AK): \(SecretSource.help). Default: env:AWS_ACCESS_KEY_ID.", valueName: "secret"))
  var s3AccessKey = SecretSource(variable: "AWS_ACCESS_KEY_ID")
  @Option(
    help: ArgumentHelp(
      "Secret key (SK): \(SecretSource.help). Default: env:AWS_SECRET_ACCESS_KEY.", valueName: "secret"))
  var s3SecretKey = SecretSource(variable: "AWS_SECRET_ACCESS_KEY")
  @Option(help: ArgumentHelp("Token of a temporary key: \(SecretSource.help).", valueName: "secret"))
  var s3SecurityToken: SecretSource?
  @Option(
    help: """
      How a bucket is named: path for https://host/bucket, virtual for https://bucket.host. Default: path for a number or \
      a host without a dot, else virtual.
      """)
  var s3Addressing: ObjectStoreConfiguration.Addressing?
  @Option(help: ArgumentHelp("Tries after the first of what the store may do later.", valueName: "count"))
  var s3Retries = StorageRetries().count
  @Option(help: ArgumentHelp("Size of the parts in which files above 64 MB are uploaded.", valueName: "MB"))
  var s3PartSize = 16.0
  @Flag(help: "Do not compare the tags of objects with the MD5 of their bytes, for stores whose tags are none.")
  var s3IgnoreEtag = false
  @Option(help: ArgumentHelp("Authorities to trust for the store instead of the system's, in PEM.", valueName: "file"))
  var s3Cacert: String?

  func validate() throws {
    try ValidationError.unless("--s3-retries", s3Retries, isIn: 0...1000)
    try ValidationError.unless("--s3-part-size", s3PartSize, isIn: 5...4096, unit: "MB")
  }

  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(
      [
        "--s3-region", "--s3-access-key", "--s3-secret-key", "--s3-security-token", "--s3-addressing", "--s3-retries",
        "--s3-part-size", "--s3-ignore-etag", "--s3-cacert",
      ], oneOf: ["--s3-endpoint"], "no object store is used"),
    FlagRule(["--s3-endpoint"], others: ["--input", "--output"]) { flag, given in
      let places = given.all("--input") + given.all("--output")
      return places.contains(where: ObjectAddress.isAddress)
        ? nil : "\(flag) needs --input or --output s3://bucket/prefix; no object store is used."
    },
  ]
}

extension ObjectStoreConfiguration.Addressing: ExpressibleByArgument {}

extension StorageOptions {
  /// The store; `nil` if there is none.
  ///
  /// - Parameter told: Told of each failure after which it is asked again.
  /// - Returns: The store.
  /// - Throws: What keeps the options from naming one.
  func store(_ told: @escaping @Sendable (StorageError) -> Void) throws -> ObjectStore? {
    guard let s3Endpoint else { return nil }
    var configuration = try ObjectStoreConfiguration(
      s3Endpoint, region: s3Region, accessKey: Secret(try s3AccessKey.value(of: "--s3-access-key")),
      secretKey: Secret(try s3SecretKey.value(of: "--s3-secret-key")),
      securityToken: try s3SecurityToken.map { Secret(try $0.value(of: "--s3-security-token")) },
      addressing: s3Addressing)
    configuration.retries.count = s3Retries
    configuration.partBytes = Int(s3PartSize * 0x1p20)
    configuration.checksETag = !s3IgnoreEtag
    var store = try ObjectStore(
      configuration, transport: TransportConfiguration(tls: TLSConfiguration(authorityPath: s3Cacert)))
    store.onRetry = told
    return store
  }
}
