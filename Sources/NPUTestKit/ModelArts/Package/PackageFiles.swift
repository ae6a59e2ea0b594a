internal import NPUBase

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files of a package, and what the specification says of them.
struct PackageFiles {
  /// The folder that holds configuration and code.
  private let folder: String
  /// How it is called in findings: empty where it was named itself.
  private let prefix: String
  /// What lies in it, at any depth, relative to it and sorted.
  private let paths: [String]
  private(set) var findings: [PackageFinding] = []

  /// More files than any package has; what lies behind them is not looked at.
  private static let limit = 100_000
  /// No configuration is as large.
  private static let configurationLimit = 4 << 20

  init(_ directory: String) throws(ModelArtsError) {
    let names = try Self.entries(of: directory)
    let isModelFolder = !names.contains("model") && names.contains(ModelPackage.configurationName)
    let name = FilePlaceName.last(of: directory)
    prefix = isModelFolder ? "" : "model/"
    folder = isModelFolder ? directory : directory + "/model"
    if !names.contains("model"), !isModelFolder || name != "model" && name != "." {
      let found = isModelFolder ? "\(ModelPackage.configurationName) lies in \"\(name)\"" : "there is none"
      findings.append(
        PackageFinding(
          severity: isModelFolder ? .warning : .error, file: "model", path: "model",
          problem: "the package needs a folder called model, which holds \(ModelPackage.configurationName), the code "
            + "and the weights; \(found)"))
    }
    paths = names.contains("model") || isModelFolder ? try Self.files(below: folder) : []
    if !isModelFolder, names.contains(ModelPackage.configurationName) {
      findings.append(
        PackageFinding(
          severity: .warning, file: ModelPackage.configurationName, path: ModelPackage.configurationName,
          problem: "a \(ModelPackage.configurationName) beside the folder model is not read; the one in it counts"))
    }
    if paths.count == Self.limit {
      findings.append(
        PackageFinding(
          severity: .warning, file: "model", path: "model",
          problem: "the folder holds more than \(Self.limit) files; those behind them were not looked at"))
    }
  }

  /// A file of the model folder as findings name it.
  func name(of file: String) -> String { prefix + file }

  /// The configuration; `nil` if there is none.
  func configuration() throws(ModelArtsError) -> [UInt8]? {
    guard paths.contains(ModelPackage.configurationName) else { return nil }
    let path = folder + "/" + ModelPackage.configurationName
    do throws(FileError) {
      let file = try File(readingRegular: path)
      guard try file.size <= Self.configurationLimit else {
        throw FileError(kind: .read, message: "it holds more than \(Self.configurationLimit) bytes", path: path)
      }
      return try file.readAll()
    } catch {
      throw ModelArtsError(kind: .unreadable, message: "\(error.path) cannot be read: \(error.message)")
    }
  }

  /// What the files lack or have too many of, which depends on the kind of model.
  ///
  /// - Parameters:
  ///   - type: The type of the model; `nil` where the configuration names none.
  ///   - runtime: The runtime.
  /// - Returns: The findings.
  func findings(for type: String?, runtime: String?) -> [PackageFinding] {
    var findings: [PackageFinding] = []
    func add(_ severity: PackageFinding.Severity, _ file: String, _ problem: String) {
      findings.append(
        PackageFinding(severity: severity, file: name(of: file), path: name(of: file), problem: problem))
    }
    let configuration = ModelPackage.configurationName
    if !paths.contains(configuration), !(self.findings.contains { $0.file == "model" && $0.severity == .error }) {
      add(.error, configuration, "the file is missing; every package has one, and in this folder")
    }
    for path in paths where path.hasSuffix("/" + configuration) {
      add(
        .warning, path,
        "a second file of that name: there must be one model configuration, and the one of the weights may be taken "
          + "for it; check that the import reads \(name(of: configuration))")
    }
    let code = ModelPackage.codeName
    if type != "Image", !paths.isEmpty || prefix.isEmpty {
      if !paths.contains(code) { add(.error, code, "the file is missing; all types of models but Image need it") }
      for path in paths where path.hasSuffix("/" + code) {
        add(.warning, path, "a second file of that name; there must be one, and in \(prefix.isEmpty ? "." : prefix)")
      }
    }
    if type == "MindSpore", runtime.map({ $0.contains("cann") }) ?? true, !(paths.contains { $0.hasSuffix(".om") }) {
      add(
        .error, "*.om",
        "a MindSpore package for Ascend needs a file whose name ends in .om, which may be empty; there is none")
    }
    return findings
  }

  private static func entries(of folder: String) throws(ModelArtsError) -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
      throw ModelArtsError(
        kind: .unreadable, message: "\(folder) cannot be read as a folder; name the folder of the package")
    }
  }

  /// The regular files below a folder; links to folders are not followed, so that none is met twice.
  private static func files(below folder: String) throws(ModelArtsError) -> [String] {
    var open = [""]
    var files: [String] = []
    while let place = open.popLast(), files.count < limit {
      for name in try entries(of: folder + "/" + place) {
        let path = place.isEmpty ? name : place + "/" + name
        switch FilePlaceName.kind(of: folder + "/" + path) {
        case .folder: open.append(path)
        case .file: if files.count < limit { files.append(path) }
        case .other: break
        }
      }
    }
    return files.sorted()
  }
}

/// What a path names.
private enum FilePlaceName {
  enum Kind { case folder, file, other }

  static func last(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  static func kind(of path: String) -> Kind {
    guard let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType else {
      return .other
    }
    switch type {
    case .typeDirectory: return .folder
    case .typeRegular: return .file
    // A link to a file is one to whoever uploads it.
    case .typeSymbolicLink:
      let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil
      return !isFolder && FileManager.default.fileExists(atPath: path) ? .file : .other
    default: return .other
    }
  }
}
