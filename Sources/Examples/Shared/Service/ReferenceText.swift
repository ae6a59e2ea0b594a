/// The text of what is said in a recording, in a file beside it.
package enum ReferenceText {
  /// The path of the text: that of the recording with the ending `.txt`.
  package static func path(beside recording: String) -> String {
    let name = recording.lastIndex(of: "/").map { recording[$0...] } ?? recording[...]
    guard let dot = name.lastIndex(of: ".") else { return recording + ".txt" }
    return recording[..<dot] + ".txt"
  }
}
