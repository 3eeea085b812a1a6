"""Files that belong to alarms, as terminals bring them (T/JSATL 12-2017): both sides of the link.

async def store(attachment: Attachment) -> None: ...

server = AttachmentServer(folder, store)
await server.start("0.0.0.0", 6611)
# 9208 (jsatl.messages.FetchAttachments) tells a terminal to come; client.bring_files is one that does
"""
