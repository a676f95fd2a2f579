"""listeners: the notification blocks that are saved, and addresses that are saved as such."""

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import BlockDocument
from pydantic import SecretStr

from blocks.apprise_notification import SLUG, AppriseNotification
from gastown.errors import NotFoundError

_PAGE = 200


def listeners() -> tuple[str, ...]:
    """Each as `type/name`, sorted."""
    with get_client(sync_client=True) as client:
        documents: list[BlockDocument] = []
        while True:
            page = client.read_block_documents(
                offset=len(documents), limit=_PAGE, include_secrets=False
            )
            documents += page
            if len(page) < _PAGE:
                break
    named = ((one, _slug(one), one.name) for one in documents)
    return tuple(sorted(f"{slug}/{name}" for one, slug, name in named if name and _notifies(one)))


def save_address(name: str, url: str) -> str:
    """Save an address of apprise under a name, replacing the one that is there; its `type/name`.

    Raises ConfigError for one that apprise cannot read; it is not told.
    """
    AppriseNotification(url=SecretStr(url)).save(name, overwrite=True)
    return f"{SLUG}/{name}"


def forget_address(name: str) -> None:
    """Forget a saved address. Raises NotFoundError when there is none of that name."""
    try:
        AppriseNotification.delete(name)
    except ValueError:
        known = ", ".join(listeners()) or "none yet: town notify set NAME"
        raise NotFoundError(f"no block {SLUG}/{name}; blocks: {known}") from None


def _slug(document: BlockDocument) -> str:
    return document.block_type.slug if document.block_type else ""


def _notifies(document: BlockDocument) -> bool:
    return bool(document.block_schema and "notify" in document.block_schema.capabilities)
