internal import NPUBase
internal import NPUDigest

/// The names of files that are made of the names of items, whatever those hold.
enum OutputName {
  /// A path below the outputs: parts that cannot lead elsewhere, and no two alike for different names.
  static func path(_ id: String) -> String {
    id.split(separator: "/", omittingEmptySubsequences: false).map(part).joined(separator: "/")
  }

  /// One name for the whole.
  static func flat(_ id: String) -> String { part(id[...]) }

  /// What no file system takes in a name, with the endings that are still to come.
  private static let longest = 200

  private static func part(_ text: Substring) -> String {
    // A tilde has a meaning of its own in the names of several files of an item.
    var name = PercentText.encode(text).split(separator: "~", omittingEmptySubsequences: false).joined(separator: "%7E")
    if name.isEmpty { name = "%" }
    if name.hasPrefix(".") { name = "%2E" + name.dropFirst() }
    guard name.utf8.count > longest else { return name }
    // The end is kept, for the ending.
    return "\(name.prefix(80))~\(ContentDigest.text(of: Array(text.utf8)).prefix(32))~\(name.suffix(60))"
  }
}
