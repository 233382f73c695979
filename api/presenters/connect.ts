import type { z } from 'zod';
import type { Connector } from '../../connectors/contract';
import { inviteLinkStatus, knownName } from '../../core/invite-link';
import { firstSyncMessage, firstSyncState, rollUp } from '../../core/first-sync';
import { accessWords, type ModelAccess } from '../../core/scopes';
import type { InviteLinkView } from '../../store/read/invite-links';
import type { FirstSyncModel, FirstSyncView } from '../../store/read/first-sync';
import { readableModels } from '../platforms';
import type { openedLinkAnswer, platformAnswer, progressAnswer } from '../schemas/connect';
import { connectPage } from './invite-link';

export function presentPlatform(connector: Connector): z.input<typeof platformAnswer> {
  return { ...presentWays(connector), data_models: readableModels(connector) };
}

export function presentOpenedLink(
  link: InviteLinkView,
  offers: readonly { readonly connector: Connector; readonly access: readonly ModelAccess[] }[],
  publicUrl: string,
): z.input<typeof openedLinkAnswer> {
  const healed = link.connection === null ? undefined : offers[0]?.connector;
  return {
    invite_link_id: link.publicId,
    url: connectPage(publicUrl, link.publicId),
    organisation_name: link.organisationName,
    company_name: knownName(link.company.name),
    status: inviteLinkStatus(link),
    reconnects:
      healed === undefined ? null : { integration_type: healed.integrationType, name: healed.name },
    platforms: offers.map(({ connector, access }) => ({
      ...presentWays(connector),
      scopes: access.map((each) => ({
        data_model: each.dataModel,
        access: [...each.access],
        words: accessWords(each),
      })),
    })),
  };
}

export function presentProgress(progress: FirstSyncView): z.input<typeof progressAnswer> {
  const models = progress.models.flatMap(presentModel);
  return {
    integration_type: progress.integrationType,
    connection_status: progress.status,
    ...rollUp(models.map(({ status }) => status)),
    models,
  };
}

function presentModel(model: FirstSyncModel) {
  const status = firstSyncState(model);
  if (status === null) return [];
  const { pull } = model;
  const records = status === 'done' ? model.liveRecords : (pull?.fetched ?? 0n);
  return [
    {
      data_model: model.dataModel,
      status,
      records: Number(records),
      pages: pull?.pages ?? 0,
      message: firstSyncMessage(status),
    },
  ];
}

function presentWays(connector: Connector) {
  return {
    integration_type: connector.integrationType,
    name: connector.name,
    category: connector.category,
    auth: connector.auth.oauth === undefined ? ('credentials' as const) : ('oauth' as const),
    fields: connector.auth.oauth === undefined ? [...connector.fields] : [],
  };
}
